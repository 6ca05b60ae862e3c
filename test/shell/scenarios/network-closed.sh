# shellcheck shell=sh
# Before a reboot the network interfaces go down, and a driver that hangs then does not keep the reboot.

# shellcheck source=test/shell/harness.sh
. /harness.sh
mkdir -p /sys
mount -t tmpfs sys /sys
mkdir -p /sys/class/net/lo /sys/class/net/eth0 /sys/class/net/br-lan
: >/sys/class/net/bonding_masters
# shellcheck disable=SC2317
ip() {
	echo "$*" >>/tmp/asked
}
close_network
[ "$(sort /tmp/asked)" = "link set br-lan down
link set eth0 down" ] || die "$(cat /tmp/asked)"

ip() {
	exec sleep 1000
}
close_seconds=1
close_network
kill "$_closing" || die "what hangs has ended"
umount /sys
pass
