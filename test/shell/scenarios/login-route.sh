# shellcheck shell=sh
# Stands for a running system's sysfs and /proc: a way in that ends with the old system's programs is refused, and the
# configuration of a running wpa_supplicant is found.

# shellcheck source=test/shell/harness.sh
. /harness.sh
. /usr/lib/levitate/lib/read-file.sh
. /usr/lib/levitate/lib/network.sh
. /usr/lib/levitate/takeover/report.sh
. /usr/lib/levitate/takeover/login-route.sh
. /usr/lib/levitate/takeover/carry/wifi.sh
mount -t tmpfs proc /proc
mount -t tmpfs sys /sys
net=/sys/class/net
mkdir -p "$net/wlan0/wireless" "$net/eth0" "$net/br0/lower_eth0" "$net/br0/lower_wlan0" "$net/br1/lower_wlan0" "$net/tun0" "$net/ppp0"
: >"$net/tun0/tun_flags"
for link in wlan0 eth0 br0 br1 tun0; do echo 1 >"$net/$link/type"; done
echo 512 >"$net/ppp0/type"
stub() {
	case $1 in
	ip)
		[ "$2" != route ] || [ -z "$back" ] || echo "10.0.0.1 from 10.0.0.5 dev $back uid 0"
		echo "2: $way    inet 10.0.0.5/24 scope global $way\\       valid_lft forever"
		;;
	*) "$@" ;;
	esac
}
b=stub
back=
SSH_CONNECTION='10.0.0.1 50000 ::ffff:10.0.0.5 22'
for way in eth0 br0; do
	refuse_lost_route keep || die "$way was refused"
done
for way in wlan0 br1; do
	fails refuse_lost_route keep
	says 'Wi-Fi (wlan0): list services.wifi in the profile'
done
way=tun0
fails refuse_lost_route keep
says 'a tunnel (tun0)'
way=ppp0
fails refuse_lost_route keep
says 'a dial-up link (ppp0)'
back=ppp0
for way in eth0 br0; do
	fails refuse_lost_route keep
	says 'a dial-up link (ppp0)'
done
back=

# Links in the kernel that nobody would make anew.
mkdir -p "$net/wg0" "$net/gre1" "$net/br2/lower_wg0" "$net/eth1"
echo 'DEVTYPE=wireguard' >"$net/wg0/uevent"
echo 'DEVTYPE=vlan' >"$net/eth1/uevent"
echo 65534 >"$net/wg0/type"
echo 778 >"$net/gre1/type"
for way in wg0 gre1 br2; do
	fails refuse_lost_route keep
	says 'which is not carried over'
done
way=eth1
refuse_lost_route keep || die "a VLAN was refused"

# Loopback means a program of the old system, whatever the profile says of the network.
way=eth0
for network in keep dhcp; do
	for SSH_CONNECTION in '127.0.0.1 5 127.0.0.1 22' '127.8.0.9 5 10.0.0.5 22' '::1 5 ::1 22' '::ffff:127.0.0.1 5 ::ffff:10.0.0.5 22'; do
		fails refuse_lost_route "$network"
		says 'it comes over loopback'
	done
	for SSH_CONNECTION in '' '10.0.2.2 5 10.0.0.5 22' 'fe80::1%eth0 5 fe80::2%eth0 22' '2001:db8::1 5 2001:db8::127 22'; do
		refuse_lost_route "$network" || die "$SSH_CONNECTION was refused"
	done
done
way=tun0
refuse_lost_route dhcp || die "a profile with a network of its own was refused"
SSH_CONNECTION='10.0.0.1 50000 10.0.0.5 22'

# told: the same as facts, which know no profile.
told() {
	LEVITATE_MARK=x report_login_route | sed 's/^@x //; s/ x@$//' | tr '\n' ' '
}
way=eth0
[ "$(told)" = 'login-interface=eth0 ' ] || die "$(told)"
way=br1
[ "$(told)" = 'login-interface=br1 login-wifi=Wi-Fi (wlan0): list services.wifi in the profile ' ] || die "$(told)"
way=tun0
[ "$(told)" = 'login-interface=tun0 login-ends=a tunnel (tun0) of a program ' ] || die "$(told)"

way=wlan0
[ "$(wifi_interface '')" = wlan0 ] || die "$(wifi_interface '')"
[ "$(wifi_interface wlan1)" = wlan1 ] || die "$(wifi_interface wlan1)"
refuse_lost_route keep wlan0 || die "listed Wi-Fi was refused"
fails refuse_lost_route keep wlan1

mkdir -p /proc/100 /proc/101 /etc/wpa_supplicant /etc/keys
printf '%s\0' /sbin/wpa_supplicant -B -ieth0 -c/etc/eth0.conf -N -i wlan0 -Dnl80211 -c /etc/wlan0.conf >/proc/100/cmdline
printf '%s\0' vi -i wlan0 -c /etc/else.conf >/proc/101/cmdline
printf 'network={\n\tca_cert="/etc/keys/ca.pem"\n\tpassword="secret"\n}\n' >/etc/wlan0.conf
echo certificate >/etc/keys/ca.pem
[ "$(supplicant_configuration eth0 | head -n 1)" = /etc/eth0.conf ] || die "$(supplicant_configuration eth0)"
root=/tmp/root
mkdir "$root"
umask 077
[ "$(carry_wifi "$root" keep wlan0)" = 'wifi wlan0' ] || die "another line"
cmp /etc/wlan0.conf "$root/etc/wpa_supplicant/wpa_supplicant.conf" || die "another configuration"
cmp /etc/keys/ca.pem "$root/etc/keys/ca.pem" || die "its certificate did not come along"
[ "$(stat -c %a "$root/etc/wpa_supplicant/wpa_supplicant.conf" "$root/etc/keys/ca.pem" | uniq)" = 600 ] || die "others can read it"
rm /etc/wlan0.conf
fails carry_wifi "$root" keep wlan2
says 'this device has no wlan2'
pass
