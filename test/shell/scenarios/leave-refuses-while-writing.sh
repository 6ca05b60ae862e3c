# shellcheck shell=sh
# Whoever wants to leave while somebody writes is told who does, and not to begin the same write.

# shellcheck source=test/shell/harness.sh
. /harness.sh
cp /etc/levitate/levitate.conf /tmp/conf
printf "LEVITATE_TARGETS='system\tfile\tstream'\n" >>/tmp/conf
mount --bind /tmp/conf /etc/levitate/levitate.conf
hold_lease
image
flasher open "$lease" "$length" "$sha" file stream >/dev/null
fails flasher leave
says LEAVE_REFUSED
says 'tester is writing to system now'
says '"owner":"tester"'
! grep -q 'finishes it' /tmp/out || die "the same write is proposed: $(cat /tmp/out)"
drop_lease
pass
