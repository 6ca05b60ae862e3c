# shellcheck shell=sh
# An MTD that is not there is named.

# shellcheck source=test/shell/harness.sh
. /harness.sh
fails flasher target ubi kernel
says 'no MTD named kernel'
pass
