# shellcheck shell=sh
# A root that its disk has started as a rescue knows what the maintenance system before knew, and never leaves by itself.
# shellcheck source=test/shell/harness.sh
. /harness.sh
# shellcheck source=initramfs/root/usr/lib/levitate/lib/rescue.sh
. "$lib/lib/rescue.sh"

! find_rescue_word || die "what no disk has started is a rescue"
echo 'BOOT_IMAGE=(hd0,msdos1)8+9 quiet levitate.rescue=1048576+8192 panic=10' >/tmp/cmdline
mount --bind /tmp/cmdline /proc/cmdline
! find_rescue_word || die "a root without what an entry has left in it is a rescue"
# The other scenarios have the same root.
trap 'rm -rf "$lib/rescue"' EXIT
mkdir -p "$lib/rescue/entry"
echo block-_dev_vda >"$lib/rescue/entry/target"
echo 3 >"$lib/rescue/entry/lease"
echo '7 lease 3 tester' >"$lib/rescue/entry/journal"
: >"$lib/rescue/interfaces"
find_rescue_word || die "it does not know that it is a rescue"
begin_rescue
flasher status >/tmp/out
says '"touched":true,"targets":{"block-_dev_vda":"touched"}'
says '"rescue":true'
[ "$(cat /run/levitate/rescue/block-_dev_vda)" = '1048576 8192' ] || die "it does not know where it lies"
flasher journal >/tmp/out
says 'lease 3 tester'
says 'rescue-started block-_dev_vda'

# The writer that had the lease goes on, and no other one may come in between.
refused LEASE_LOST flasher lease tester 4 </dev/null
hold_lease tester 3
[ "$lease" = 4 ] || die "the next lease is $lease"
drop_lease

# Nothing but a whole image, without a rescue behind it, may be left for.
refused LEAVE_REFUSED flasher leave
echo verified >/run/levitate/targets/block-_dev_vda
refused LEAVE_REFUSED flasher leave
grep -q 'the rescue of .* is still on it' /tmp/out || die "$(cat /tmp/out)"
pass
