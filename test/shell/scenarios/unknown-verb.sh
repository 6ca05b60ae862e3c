# shellcheck shell=sh
# A wrong verb shows those that there are.

# shellcheck source=test/shell/harness.sh
. /harness.sh
fails flasher fly
says 'status: where the device is'
pass
