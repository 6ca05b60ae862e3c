# shellcheck shell=sh
# Stands for a sysfs whose link vanishes while it is read: it leaves no line and no complaint, and the others are told.

# shellcheck source=test/shell/harness.sh
. /harness.sh
. /usr/lib/levitate/lib/read-file.sh
. /usr/lib/levitate/lib/network.sh
mount -t tmpfs sys /sys
# shellcheck disable=SC2034
b=
link() { # NAME
	mkdir -p "/sys/class/net/$1/bridge"
	for _set in flags:0x1003 mtu:1500 address:52:54:00:00:00:01 addr_assign_type:3 bridge/stp_state:0 bridge/multicast_snooping:1; do
		echo "${_set#*:}" >"/sys/class/net/$1/${_set%%:*}"
	done
}
really_read_value() {
	# shellcheck disable=SC2034
	value=
	read -r value _ <"$1"
} 2>/dev/null
read_value() {
	[ "$1" != "/sys/class/net/gone/$last" ] || rm -rf /sys/class/net/gone
	really_read_value "$1"
}
link here
last=none
links >/tmp/expected
grep -q '^up here$' /tmp/expected || die "$(cat /tmp/expected)"
grep -q '^option here bridge/multicast_snooping 1$' /tmp/expected || die "$(cat /tmp/expected)"
gone() { # ATTRIBUTE
	last=$1
	links >/tmp/got 2>/tmp/err || die "failed at $last"
	[ ! -e /sys/class/net/gone ] || die "$last was not read, so this shows nothing"
	cmp /tmp/expected /tmp/got || die "at $last: $(cat /tmp/got)"
	[ ! -s /tmp/err ] || die "at $last: $(cat /tmp/err)"
}
for attribute in bridge/priority bridge/stp_state bridge/multicast_snooping address mtu flags; do
	link gone
	gone "$attribute"
done
for attribute in addr_assign_type address mtu flags; do
	link gone
	rm -r /sys/class/net/gone/bridge
	gone "$attribute"
done

# It is there and cannot be read: an attribute of a link that is down, or a kernel that has none.
link strange
: >/sys/class/net/strange/flags
links >/tmp/got 2>/tmp/err || die "failed at empty flags"
[ ! -s /tmp/err ] || die "$(cat /tmp/err)"
! grep strange /tmp/got || die "told of a link whose flags nobody knows"
pass
