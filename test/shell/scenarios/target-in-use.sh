# shellcheck shell=sh
# A write does not begin on a target that somebody stands on.

# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease
image
echo '{"type":"holder","kind":"process","pid":12,"name":"vi","via":["fd"]}' >/tmp/holders
fails flasher open "$lease" "$length" "$sha" file chunks
says TARGET_IN_USE
says '"holders":[{"type":"holder","kind":"process","pid":12,"name":"vi",'
[ ! -e /run/levitate/touched ] || die "touched"
pass
