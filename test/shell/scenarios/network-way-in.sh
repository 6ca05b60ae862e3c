# shellcheck shell=sh
# Stands for a running system's sysfs and /proc: a way in that ends with the old system's programs is refused, and the
# configuration of a running wpa_supplicant is found.

# shellcheck source=test/shell/scenarios/words.sh
. /scenarios/words.sh
. /usr/lib/levitate/lib/network.sh
. /usr/lib/levitate/hook/carry-wifi.sh
mount -t tmpfs proc /proc
mount -t tmpfs sys /sys
net=/sys/class/net
mkdir -p "$net/wlan0/wireless" "$net/eth0" "$net/br0/lower_eth0" "$net/br0/lower_wlan0" "$net/br1/lower_wlan0" "$net/tun0" "$net/ppp0"
: >"$net/tun0/tun_flags"
for link in wlan0 eth0 br0 br1 tun0; do echo 1 >"$net/$link/type"; done
echo 512 >"$net/ppp0/type"
b() {
	case $1 in
	ip) echo "2: $way    inet 10.0.0.5/24 scope global $way\\       valid_lft forever" ;;
	*) "$@" ;;
	esac
}
SSH_CONNECTION='10.0.0.1 50000 ::ffff:10.0.0.5 22'
LEVITATE_NETWORK=keep LEVITATE_WIFI='' LEVITATE_WIFI_INTERFACE=''
for way in eth0 br0; do
	refuse_lost_way || die "$way was refused"
done
for way in wlan0 br1; do
	fails refuse_lost_way
	says 'Wi-Fi (wlan0): list services.wifi in the profile'
done
way=tun0
fails refuse_lost_way
says 'a tunnel (tun0)'
way=ppp0
fails refuse_lost_way
says 'a dial-up link (ppp0)'
way=wlan0
LEVITATE_WIFI=keep
refuse_lost_way || die "listed Wi-Fi was refused"
LEVITATE_WIFI_INTERFACE=wlan1
fails refuse_lost_way

mkdir -p /proc/100 /proc/101 /etc/wpa_supplicant /etc/keys
printf '%s\0' /sbin/wpa_supplicant -B -ieth0 -c/etc/eth0.conf -N -i wlan0 -Dnl80211 -c /etc/wlan0.conf >/proc/100/cmdline
printf '%s\0' vi -i wlan0 -c /etc/else.conf >/proc/101/cmdline
printf 'network={\n\tca_cert="/etc/keys/ca.pem"\n\tpassword="secret"\n}\n' >/etc/wlan0.conf
echo certificate >/etc/keys/ca.pem
[ "$(supplicant_configuration eth0 | head -n 1)" = /etc/eth0.conf ] || die "$(supplicant_configuration eth0)"
LEVITATE_WIFI_INTERFACE=''
root=/tmp/root
mkdir "$root"
umask 077
[ "$(carry_wifi)" = 'wifi wlan0' ] || die "$(carry_wifi)"
cmp /etc/wlan0.conf "$root/etc/wpa_supplicant/wpa_supplicant.conf" || die "another configuration"
cmp /etc/keys/ca.pem "$root/etc/keys/ca.pem" || die "its certificate did not come along"
[ "$(stat -c %a "$root/etc/wpa_supplicant/wpa_supplicant.conf" "$root/etc/keys/ca.pem" | uniq)" = 600 ] || die "others can read it"
rm /etc/wlan0.conf
LEVITATE_WIFI_INTERFACE=wlan2
fails carry_wifi
says 'this device has no wlan2'
pass
