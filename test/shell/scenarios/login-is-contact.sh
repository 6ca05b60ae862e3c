# shellcheck shell=sh
# A login of any kind stops the clock that waits for contact.

# shellcheck source=test/shell/harness.sh
. /harness.sh
rm -f /run/levitate/contact
/usr/lib/levitate/shell -c true
[ -s /run/levitate/contact ] || die "no contact was noted"
pass
