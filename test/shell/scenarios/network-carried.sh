# shellcheck shell=sh
# Stands for a running system: sysfs, /proc and busybox ip as kernel and daemons fill them. What of it is carried: the
# client id that each DHCP client sends, what counts until there is a lease, and nothing that the kernel gets anew.

# shellcheck source=test/shell/harness.sh
. /harness.sh
. /usr/lib/levitate/lib/read-file.sh
. /usr/lib/levitate/lib/network.sh
. /usr/lib/levitate/takeover/carry/network.sh
mount -t tmpfs proc /proc
mount -t tmpfs sys /sys

link() { # NAME INDEX ACCEPT_RA
	mkdir -p "/sys/class/net/$1" "/proc/sys/net/ipv6/conf/$1"
	echo "$2" >"/sys/class/net/$1/ifindex"
	echo 0x1003 >"/sys/class/net/$1/flags"
	echo 1500 >"/sys/class/net/$1/mtu"
	echo 52:54:00:00:00:0"$2" >"/sys/class/net/$1/address"
	echo 0 >"/sys/class/net/$1/addr_assign_type"
	echo "$3" >"/proc/sys/net/ipv6/conf/$1/accept_ra"
	echo 0 >"/proc/sys/net/ipv6/conf/$1/forwarding"
}
command_line() { # PID WORDS...
	mkdir -p "/proc/$1"
	_pid=$1
	shift
	printf '%s\0' "$@" >"/proc/$_pid/cmdline"
}
link eth0 2 1
link eth1 3 0
link eth2 4 0
# It sorts before what it stands on.
link a.9 5 0
link eth3 6 0
mkdir -p /sys/class/net/a.9/lower_eth3 /proc/net/vlan
printf 'a.9  VID: 9\t REORDER_HDR: 1  dev->priv_flags: 1021\nDevice: eth3\n' >/proc/net/vlan/a.9
: >/sys/class/net/bonding_masters
command_line 100 /sbin/dhclient -4 -v -pf /run/dhclient.eth0.pid eth0
command_line 101 /sbin/dhclient -6 eth2
command_line 102 udhcpc -i eth2 -x 0x3d:01aa -f
mkdir -p /run/systemd/netif/leases
printf 'ADDRESS=10.1.0.5\nCLIENTID=ff0011\n' >/run/systemd/netif/leases/3

cat >/tmp/addresses <<'LIST'
1: lo    inet 127.0.0.1/8 scope host lo\       valid_lft forever preferred_lft forever
1: lo    inet 192.0.2.77/32 scope global lo\       valid_lft forever preferred_lft forever
2: eth0    inet 10.0.0.9/24 scope global eth0\       valid_lft forever preferred_lft forever
2: eth0    inet 10.0.0.5/24 brd 10.0.0.255 scope global secondary dynamic eth0\       valid_lft 300sec preferred_lft 300sec
2: eth0    inet6 2001:db8::5/64 scope global dynamic \       valid_lft 300sec preferred_lft 100sec
2: eth0    inet6 2001:db8::99/64 scope global secondary dynamic \       valid_lft 300sec preferred_lft 100sec
3: eth1    inet 10.1.0.5/24 scope global dynamic eth1\       valid_lft 300sec preferred_lft 300sec
3: eth1    inet6 fd01::5/64 scope global dynamic \       valid_lft 300sec preferred_lft 100sec
4: eth2    inet 10.2.0.5 peer 10.2.0.1/32 scope global eth2\       valid_lft forever preferred_lft forever
LIST
cat >/tmp/routes4 <<'LIST'
default via 10.0.0.1 dev eth0  metric 100 
default via 10.1.0.1 dev eth1  src 10.1.0.5  metric 200 
10.0.0.0/24 dev eth0 scope link  src 10.0.0.5 
10.44.0.0/16 via 10.0.0.3 dev eth0 
10.2.0.1 dev eth2 scope link  src 10.2.0.5 
blackhole 10.45.0.0/16 
LIST
cat >/tmp/routes6 <<'LIST'
default via fe80::1 dev eth0  metric 1024  expires 0sec
default via fe80::2 dev eth1  metric 1024  expires 0sec
fe80::/64 dev eth0  metric 256 
multicast ff00::/8 dev eth0  metric 256 
LIST
stub() {
	case $* in
	'ip -o addr show') cat /tmp/addresses ;;
	'ip -4 route show') cat /tmp/routes4 ;;
	'ip -4 route show default') grep ^default /tmp/routes4 ;;
	'ip -6 route show') cat /tmp/routes6 ;;
	ip*) die "asked for: $*" ;;
	*) "$@" ;;
	esac
}
b=stub
read_default_routes
[ "$primary" = eth0 ] || die "$primary"
carry_network >/tmp/carried
grep -v '^\(mtu\|sysctl\|up\) ' /tmp/carried >/tmp/got
cat >/tmp/expected <<'LIST'
vlan a.9 eth3 9
mac a.9 52:54:00:00:00:05
addr lo 192.0.2.77/32
addr eth0 10.0.0.9/24
until-lease eth0 addr eth0 10.0.0.5/24
until-lease eth1 addr eth1 10.1.0.5/24
addr eth1 fd01::5/64
until-lease eth2 addr eth2 10.2.0.5 peer 10.2.0.1/32
until-lease eth0 route 4 10.0.0.0/24 dev eth0 scope link src 10.0.0.5
until-lease eth2 route 4 10.2.0.1 dev eth2 scope link src 10.2.0.5
until-lease eth0 route 4 default via 10.0.0.1 dev eth0 metric 100
until-lease eth1 route 4 default via 10.1.0.1 dev eth1 src 10.1.0.5 metric 200
route 4 10.44.0.0/16 via 10.0.0.3 dev eth0
route 6 default via fe80::2 dev eth1 metric 1024
dhcp eth0 10.0.0.5 none 100
dhcp eth2 10.2.0.5 01aa -
dhcp eth1 10.1.0.5 ff0011 200
LIST
cmp /tmp/expected /tmp/got || die "$(cat /tmp/got)"
grep -qx 'sysctl eth1 accept_ra 0' /tmp/carried || die "$(cat /tmp/carried)"
[ "$(grep -n '^up eth3' /tmp/carried | cut -d : -f 1)" -lt "$(grep -n '^vlan' /tmp/carried | cut -d : -f 1)" ] ||
	die "a VLAN comes before what it stands on"
pass
