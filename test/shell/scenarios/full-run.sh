# shellcheck shell=sh
# With no byte free in /run everything works; with none free where the state is, what needs no room.

# shellcheck source=test/shell/harness.sh
. /harness.sh

# No device is rebooted for this.
[ ! -e /proc/sysrq-trigger ] || mount --bind /dev/null /proc/sysrq-trigger
cat >/dev/shortened <<'SCRIPT'
#!/bin/sh
echo left >/run/levitate/spool/left
kill -KILL "$PPID"
SCRIPT
chmod 755 /dev/shortened
mount --bind /dev/shortened /usr/lib/levitate/services/watchdog
rm /dev/shortened

# fill FOLDER
fill() {
	dd if=/dev/zero of="$1/filler" bs=4096 status=none 2>/dev/null || :
	dd if=/dev/zero of="$1/filler2" bs=1 status=none 2>/dev/null || :
	! echo full 2>/dev/null >"$1/more" || die "$1 is not full"
}

# answers COMMAND...: it says one line and succeeds.
answers() {
	"$@" >/dev/null || die "failed: $*"
}

leaves() {
	answers flasher leave
	eventually test -e /run/levitate/spool/left
	rm /run/levitate/spool/left
}

image
hold_lease
mount -o remount,size=64k /run
fill /run
answers flasher status
answers flasher target file chunks
answers flasher open "$lease" "$length" "$sha" file stream
{
	for i in 0 1 2; do chunk_frame "$i" "/tmp/c$i"; done
	echo end
} >/tmp/frames
flasher feed "$lease" file stream </tmp/frames >/tmp/fed || die "$(cat /tmp/fed)"
answers flasher finish "$lease" file stream
answers flasher hash "$length" file stream
answers flasher verified "$lease" "$sha" file stream
answers flasher journal
drop_lease
leaves

# The spool cannot take the room of the state, and says so itself.
hold_lease
answers flasher open "$lease" "$length" "$sha" file chunks
fill /run/levitate/spool
refused WRITE_FAILED sh -c "flasher feed $lease file chunks </tmp/frames"
says 'no room in RAM'
answers flasher status
rm /run/levitate/spool/filler*
flasher feed "$lease" file chunks </tmp/frames >/tmp/fed || die "$(cat /tmp/fed)"
answers flasher verified "$lease" "$sha" file chunks
drop_lease

# Not a byte where the state is: nothing that must be noted is begun, and everything says so.
fill /run/levitate
up=$(flasher status) || die "status failed: $up"
answers flasher target file chunks
answers flasher profile
answers flasher journal
hold_lease
refused '[A-Z_]*' flasher open "$lease" "$length" "$sha" file broken
! flasher status | grep -q file-broken || die "it was begun"
drop_lease
read -r before </run/levitate/contact
until [ "$(cut -d . -f 1 /proc/uptime)" -gt "$before" ]; do usleep 100000; done
answers flasher status
read -r after </run/levitate/contact
[ "$after" -gt "$before" ] || die "the contact is not noted: $before, $after"
leaves
pass
