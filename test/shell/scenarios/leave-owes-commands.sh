# shellcheck shell=sh
# A device whose profile has commands for after a flash leaves once they have succeeded, and once more after each further write.

# shellcheck source=test/shell/harness.sh
. /harness.sh
# Nothing here may end the machine that it runs on.
reboot() { :; }
sed "s/^LEVITATE_AFTER_FLASH=.*/LEVITATE_AFTER_FLASH='1'/; s/^LEVITATE_TARGETS=.*/LEVITATE_TARGETS='data	file	chunks/" /etc/levitate/levitate.conf >/tmp/conf
mount --bind /tmp/conf /etc/levitate/levitate.conf

# may_leave: succeeds if the verb would let the device go; it is asked without what reboots.
may_leave() {
	sed '/^setsid /d' /usr/lib/levitate/flasher/verbs/leave.sh >/tmp/leave.sh
	mount --bind /tmp/leave.sh /usr/lib/levitate/flasher/verbs/leave.sh
	_status=0
	flasher leave >/tmp/out 2>/tmp/err || _status=$?
	umount /usr/lib/levitate/flasher/verbs/leave.sh
	return "$_status"
}

# write: an image is written and read back.
write() {
	hold_lease
	flasher open "$lease" "$length" "$sha" file chunks >/dev/null
	{
		for i in 0 1 2; do chunk_frame "$i" "/tmp/c$i"; done
		echo end
	} | flasher feed "$lease" file chunks >/dev/null
	flasher finish "$lease" file chunks >/dev/null
	flasher verified "$lease" "$sha" file chunks >/dev/null
}

image
hold_lease
flasher verified "$lease" "$sha" file chunks >/dev/null
drop_lease
may_leave || die "nothing was written, and still: $(cat /tmp/out)"

write
drop_lease
! may_leave || die "it left without the commands"
says LEAVE_REFUSED
says 'levitate flash HOST data=IMAGE'

hold_lease
fails flasher settled "$lease" dinner
says USAGE
flasher settled "$lease" after-flash | grep -q '"type":"settled"' || die "not settled"
fails flasher settled $((lease + 1)) after-flash
drop_lease
may_leave || die "settled, and still: $(cat /tmp/out)"

echo other >>/tmp/image
for i in 0 1 2; do dd if=/tmp/image of="/tmp/c$i" bs=1048576 skip="$i" count=1 status=none; done
length=$(stat -c %s /tmp/image)
sha=$(sha256sum /tmp/image | cut -c 1-64)
write
drop_lease
! may_leave || die "a further write, and it left without the commands"
pass
