# shellcheck shell=sh
# A missing device node is an error, and opening it creates nothing.

# shellcheck source=test/shell/harness.sh
. /harness.sh
fails flasher target block /dev/mmcblk9
says TARGET_MISSING
[ ! -e /dev/mmcblk9 ] || die "it was created"
pass
