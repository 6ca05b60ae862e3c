# shellcheck shell=sh
# A busybox init without what the hook needs is refused, and the reason is told.
# /proc/1 is a folder made here: what the kernel shows there of a PID 1 is its program and its command line.

# shellcheck source=test/shell/harness.sh
. /harness.sh
. /usr/lib/levitate/takeover/init-system.sh
. /usr/lib/levitate/takeover/inits/80-busybox.sh
mount -t tmpfs fake /proc
mkdir -p /proc/1 /tmp/bin /tmp/etc
mount --bind /tmp/etc /etc
cp /usr/bin/busybox /tmp/bin/busybox
ln -s /tmp/bin/busybox /proc/1/exe
printf 'init\000' >/proc/1/cmdline
: >/etc/inittab

busybox_detect || die "not seen"
[ -z "$(busybox_refusal)" ] || die "refused: $(busybox_refusal)"
sed -i 's|/etc/inittab|/etc/nothing|g' /tmp/bin/busybox
busybox_refusal | grep -qx 'this busybox init was built without /etc/inittab support' || die "taken: without inittab"
cp /usr/bin/busybox /tmp/bin/busybox
sed -i 's|restart|nothing|g' /tmp/bin/busybox
busybox_refusal | grep -qx 'this busybox init knows no restart action' || die "taken: without a restart action"
cp /usr/bin/busybox /tmp/bin/busybox
rm /etc/inittab
busybox_refusal | grep -qx 'there is no /etc/inittab to stand in for' || die "taken: no inittab to bind over"
printf '/bin/sh\000/init\000' >/proc/1/cmdline
! busybox_detect || die "a script as PID 1 was taken for busybox init"
pass
