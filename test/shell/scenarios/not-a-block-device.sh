# shellcheck shell=sh
# A file or a terminal is not a disk.

# shellcheck source=test/shell/scenarios/words.sh
. /scenarios/words.sh
fails flasher target block /dev/null
says 'is not a block device'
pass
