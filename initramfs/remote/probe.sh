# shellcheck shell=sh
# Reports what `levitate probe` learns beyond the facts. It only reads, and runs in any POSIX sh. The host sends facts.sh
# and flasher/mtd.sh in front of it.

# interface_kind FOLDER: prints the kind of a network interface, given its folder in /sys/class/net.
interface_kind() {
	if [ -d "$1/bridge" ]; then
		echo bridge
	elif [ -d "$1/bonding" ]; then
		echo bond
	elif [ -d "$1/wireless" ] || [ -e "$1/phy80211" ]; then
		echo wifi
	elif grep -q '^DEVTYPE=vlan$' "$1/uevent"; then
		echo vlan
	elif [ -e "$1/device" ]; then
		echo wired
	else
		echo virtual
	fi
}

# dhcp_client_commands: prints the command line of each program that keeps a lease. Reading comm starts no process, and a
# process may end before it is read.
dhcp_client_commands() {
	for _dir in /proc/[0-9]*; do
		read -r _comm 2>/dev/null <"$_dir/comm" || continue
		case $_comm in
		udhcpc | dhclient | dhcpcd | odhcp6c) tr '\0' ' ' 2>/dev/null <"$_dir/cmdline" && echo ;;
		esac
	done
}

# global_addresses: reads `ip addr show` and reports each address by which other machines may know the device, but none that
# changes every day for the sake of privacy, and none that another machine has.
global_addresses() {
	_name=
	while read -r _first _second _rest; do
		case "$_first $_second $_rest " in
		[0-9]*:\ *)
			_name=${_second%:}
			_name=${_name%%@*}
			;;
		inet6\ *' temporary '* | inet6\ *' secondary '* | *' dadfailed '*) ;;
		inet\ *' scope global '*' dynamic '* | inet\ *' scope global dynamic '*) fact address "$_name $_second dynamic" ;;
		inet\ *' scope global '* | inet6\ *' scope global '*) fact address "$_name $_second" ;;
		esac
	done
}

# The two 32-bit Arm architectures of Debian differ in the floating point unit.
sed -n 's/^Features[[:space:]]*: //p' /proc/cpuinfo | head -n 1 | lines cpu-features

case $init_system in
systemd) systemctl --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p' | lines init-version ;;
openrc) openrc --version | sed -n '1s/.* //p' | lines init-version ;;
busybox)
	# A busybox that is called by its own name prints its version; the broken pipe is no failure.
	"$(readlink /proc/1/exe)" 2>&1 | sed -n '1s/^BusyBox v\([^ ]*\).*/\1/p' | lines init-version
	;;
esac

for _dir in /sys/class/mtd/mtd*; do
	case ${_dir##*/} in *ro | *\*) continue ;; esac
	[ ! -r "$_dir/type" ] || fact mtd-type "${_dir##*/} $(cat "$_dir/type")"
	# MTD_WRITEABLE, mtd-abi.h
	[ ! -r "$_dir/flags" ] || [ $(($(cat "$_dir/flags") & 0x400)) -ne 0 ] || fact mtd-read-only "${_dir##*/}"
	_mtd=${_dir##*/}
	find_overlapping "${_mtd#mtd}"
	fact mtd-shared "$_mtd $overlapping"
done
for _dir in /sys/class/ubi/ubi*; do
	[ ! -r "$_dir/mtd_num" ] || fact ubi "${_dir##*/} mtd$(cat "$_dir/mtd_num")"
done
[ ! -d /sys/module/block2mtd ] || fact block2mtd yes
for _dir in /sys/class/block/*; do
	case ${_dir##*/} in loop* | ram* | zram* | mtdblock* | ubiblock* | sr* | fd* | nbd*) continue ;; esac
	read_line "$_dir/size"
	case $line in '' | 0) continue ;; esac
	_parent=-
	if [ -e "$_dir/partition" ]; then
		_parent=$(readlink -f "$_dir/..")
		_parent=${_parent##*/}
	fi
	read_line "$_dir/ro"
	fact disk "${_dir##*/} $_parent $line $(sed -n 's/^PARTNAME=//p' "$_dir/uevent")"
done

# An SD card has one as well, and goes from one device to another.
for _dir in /sys/class/block/mmcblk*; do
	read_line "$_dir/device/type"
	[ "$line" = MMC ] || continue
	read_line "$_dir/device/cid"
	[ -z "$line" ] || fact emmc-cid "$line"
done

for _dir in /sys/class/net/*; do
	[ -e "$_dir/address" ] || continue
	_master=-
	if [ -e "$_dir/master" ]; then
		_master=$(readlink -f "$_dir/master")
		_master=${_master##*/}
	fi
	read_line "$_dir/operstate"
	fact interface "${_dir##*/} $(interface_kind "$_dir") $line $_master"
	# One that somebody has made up says nothing of the device (addr_assign_type: NET_ADDR_PERM).
	[ -e "$_dir/device" ] || continue
	read_line "$_dir/addr_assign_type"
	[ "$line" = 0 ] || continue
	read_line "$_dir/address"
	fact hardware-address "${_dir##*/} $line"
done
! command -v ip >/dev/null || ip addr show | global_addresses
dhcp_client_commands | lines dhcp-client

find_login_server
fact login-server "$login_server"
for _file in /etc/dropbear/dropbear_*_host_key /etc/ssh/ssh_host_*_key; do
	[ ! -s "$_file" ] || fact host-key "$_file"
done
if [ -r /sys/class/tty/console/active ]; then
	tr ' ' '\n' </sys/class/tty/console/active | lines console
fi
for _file in /etc/build-id /etc/version; do
	if [ -s "$_file" ]; then
		fact build-file "$_file"
		break
	fi
done
fact probe-end yes
