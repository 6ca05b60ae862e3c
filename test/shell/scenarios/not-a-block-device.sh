# shellcheck shell=sh
# A file or a terminal is not a disk.

# shellcheck source=test/shell/harness.sh
. /harness.sh
fails flasher target block /dev/null
says 'is not a block device'
pass
