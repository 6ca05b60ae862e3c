# shellcheck shell=sh
# The write protection of an eMMC's boot partition is lifted while the flasher writes there, and put back however that ends; one that
# the card itself has is told before anything is touched.

# shellcheck source=test/shell/harness.sh
. /harness.sh

# Stands for the kernel's sysfs of a boot partition (drivers/mmc/core/block.c): where the card has no protection of its own, ro is what
# force_ro is.
mount -t tmpfs sys /sys
sys=/sys/devices/mmcblk0boot0
mkdir -p /sys/class/block "$sys/queue"
ln -s ../../devices/mmcblk0boot0 /sys/class/block/mmcblk0boot0
echo 512 >"$sys/queue/logical_block_size"
echo 1 >"$sys/force_ro"
ln -s force_ro "$sys/ro"
echo 0 >"$sys/ro_lock_until_next_power_on"

kind=/usr/lib/levitate/flasher/kinds/boot.sh
cat >"$kind" <<'KIND'
# Stands for a boot partition: the kind block on a plain file, which notes at each write whether the kernel would take it.
part kinds/block
resolve() {
	name=$1 node=/tmp/medium size=4194304
	device=mmcblk0boot0
}
holders() { :; }
fresh() { :; }
close_writer() { :; }
put() {
	touch_target
	cat /sys/class/block/mmcblk0boot0/ro >>/tmp/writes
	: >/tmp/slowly
	while [ -e /tmp/slow ]; do usleep 20000; done
	dd if="$2" of="$node" bs="$chunk" seek="$1" conv=notrunc status=none
}
KIND
cp /etc/levitate/levitate.conf /tmp/conf
# The reboot is none of this.
echo 'sleep() { exit; }' >>/tmp/conf
mount --bind /tmp/conf /etc/levitate/levitate.conf
dd if=/dev/zero of=/tmp/medium bs=1048576 count=4 status=none
hold_lease
image

is_protected() {
	read -r _is <"$sys/force_ro" || :
	[ "$_is" = 1 ]
}
need_protected() {
	is_protected || die "the protection is not put back: $*"
}
frames() { # CHUNK...
	for i in "$@"; do chunk_frame "$i" "/tmp/c$i"; done
}
# feed_and_kill: leaves the protection lifted.
feed_and_kill() {
	rm -f /tmp/slowly
	: >/tmp/slow
	frames 1 >/tmp/frames
	command flasher feed "$lease" boot x </tmp/frames >/tmp/fed 7>&- &
	feeding=$!
	eventually test -e /tmp/slowly
	kill -KILL "$feeding"
	wait "$feeding" || :
	rm /tmp/slow
	! is_protected || die "it was put back by nobody"
}

flasher target boot x >/tmp/out
says '"unfit":null,"force_ro":true'

# What an image leaves behind it is cleared.
printf 'AVBf\000\000\000\001' | dd of=/tmp/medium bs=64 seek=65535 conv=notrunc status=none
flasher clear "$lease" "$length" $((4194304 - 64)) boot x >/tmp/out
says '"type":"cleared"'
[ -e /run/levitate/lifted/mmcblk0boot0 ] || die "it was cleared without lifting the protection"
need_protected "after clear"

flasher open "$lease" "$length" "$sha" boot x >/dev/null
need_protected "after open"
{
	frames 1 2 0
	echo end
} | flasher feed "$lease" boot x >/dev/null
need_protected "after feed"
[ "$(tr -d '\n' </tmp/writes)" = 000 ] || die "written while it is protected: $(cat /tmp/writes)"
flasher finish "$lease" boot x >/dev/null
head -c "$length" /tmp/medium | cmp - /tmp/image || die "the medium differs"

frames 1 | head -c 1000 >/tmp/frames
refused CONNECTION_LOST sh -c "flasher feed $lease boot x </tmp/frames"
need_protected "after a cut"
refused WRITE_FAILED sh -c "echo rubbish | flasher feed $lease boot x"
need_protected "after a frame that is none"

feed_and_kill
flasher target boot x >/tmp/out
says '"unfit":null,"force_ro":true'
flasher open "$lease" "$length" "$sha" boot x >/dev/null
need_protected "by open"
feed_and_kill
flasher finish "$lease" boot x >/dev/null
need_protected "by finish"

# Who was first ends while the next one writes.
mkfifo /tmp/idle
command flasher feed "$lease" boot x </tmp/idle >/tmp/fed 7>&- &
idle=$!
exec 5>/tmp/idle
eventually eval '! is_protected'
drop_lease
hold_lease again 5>&-
flasher open "$lease" "$length" "$sha" boot x >/dev/null
need_protected "by the open of another lease"
rm -f /tmp/slowly
: >/tmp/slow
frames 1 >/tmp/frames
echo end >>/tmp/frames
command flasher feed "$lease" boot x </tmp/frames >/tmp/fed-2 5>&- 7>&- &
feeding=$!
eventually test -e /tmp/slowly
exec 5>&-
wait "$idle" || :
! is_protected || die "who was first has put it back while another one writes"
rm /tmp/slow
wait "$feeding" || die "$(cat /tmp/fed-2)"
need_protected "after the feed of another lease"

feed_and_kill
flasher verified "$lease" "$sha" boot x >/dev/null
drop_lease
flasher leave >/tmp/out
says '"type":"leaving"'
need_protected "by leave"

# A card that is write-protected in another way than it tells.
hold_lease once-more
flasher open "$lease" "$length" "$sha" boot x >/dev/null
rm "$sys/ro"
echo 1 >"$sys/ro"
: >/tmp/writes
refused TARGET_READ_ONLY sh -c "flasher feed $lease boot x </dev/null"
need_protected "where it cannot be lifted"
[ ! -s /tmp/writes ] || die "it was written to"

# refused_everywhere WHY FORCE_RO: told before anything is entered, and refused by open.
refused_everywhere() {
	flasher target boot x >/tmp/out
	says "\"unfit\":{\"type\":\"unfit\",\"code\":\"TARGET_READ_ONLY\",\"message\":\"/tmp/medium $1\"},\"force_ro\":false"
	refused TARGET_READ_ONLY flasher open "$lease" "$length" "$sha" boot x
	[ "$(cat "$sys/force_ro")" = "$2" ] || die "it is not as it was where it is refused"
}
echo 1 >"$sys/ro_lock_until_next_power_on"
refused_everywhere 'is locked by its card until the power is switched off and on, which a reboot does not do' 1
echo 2 >"$sys/ro_lock_until_next_power_on"
refused_everywhere 'is locked by its card for good' 1
rm "$sys/ro_lock_until_next_power_on"
# Older kernels end the line with no line feed.
printf 0 >"$sys/force_ro"
refused_everywhere 'is read-only' 0

# One that somebody has opened for good stays so.
echo 0 >"$sys/ro"
flasher open "$lease" "$length" "$sha" boot x >/dev/null
{
	frames 1
	echo end
} | flasher feed "$lease" boot x >/dev/null
! is_protected || die "it was open, and is not any more"
rm "$kind"
pass
