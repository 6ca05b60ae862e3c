# shellcheck shell=sh
# A write does not begin on a target that somebody stands on.

# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease
image
echo 'process 12 vi' >/tmp/holders
fails flasher open "$lease" "$length" "$sha" file chunks
says TARGET_IN_USE
says 'process 12 vi'
[ ! -e /run/levitate/touched ] || die "touched"
pass
