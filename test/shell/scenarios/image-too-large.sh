# shellcheck shell=sh
# A write larger than the target does not begin.

# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease
fails flasher open "$lease" 99999999 "$(echo x | sha256sum | cut -c 1-64)" file chunks
says IMAGE_TOO_LARGE
[ ! -e /run/levitate/touched ] || die "touched"
pass
