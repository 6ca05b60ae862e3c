# shellcheck shell=sh
# Status tells phase, touched and the lease in one line.

# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease dave@desk
flasher status >/tmp/status
[ "$(wc -l </tmp/status)" = 1 ] || die "$(cat /tmp/status)"
for part in '"type":"status","protocol":1,' '"phase":"released"' '"touched":false' '"owner":"dave@desk"' '"writer":null'; do
	grep -qF "$part" /tmp/status || die "no $part in $(cat /tmp/status)"
done
pass
