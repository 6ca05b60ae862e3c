# shellcheck shell=sh
# Nobody leaves for a system that was not read back whole, unless a person says so.

# shellcheck source=test/shell/harness.sh
. /harness.sh
cp /etc/levitate/levitate.conf /tmp/conf
printf "LEVITATE_TARGETS='other\tfile\tchunks\nsystem\tfile\tstream'\n" >>/tmp/conf
mount --bind /tmp/conf /etc/levitate/levitate.conf
hold_lease
image
flasher open "$lease" "$length" "$sha" file stream >/dev/null
exec 7>&-
wait
fails flasher leave
says LEAVE_REFUSED
says 'system was written to and not read back whole: levitate flash HOST system=IMAGE finishes it'
pass
