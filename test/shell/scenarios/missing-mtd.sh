# shellcheck shell=sh
# An MTD that is not there is named.

# shellcheck source=test/shell/scenarios/words.sh
. /scenarios/words.sh
fails flasher target ubi kernel
says 'no MTD named kernel'
pass
