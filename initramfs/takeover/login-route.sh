# shellcheck shell=sh
# Finds the route by which this login came, and tells whether it ends with the programs of the old system, as Wi-Fi,
# tunnels, dial-up links and a program that passes the connection on do. $b is the staged busybox, or nothing where the
# programs of the running system are called. Calls lib/read-file.sh.

is_wireless() { # LINK
	[ -d "/sys/class/net/$1/wireless" ] || [ -e "/sys/class/net/$1/phy80211" ]
}

# wifi_interface [NAME]: prints the Wi-Fi interface that the profile means: NAME, or the first that this device has.
wifi_interface() {
	if [ -n "$1" ]; then
		printf '%s\n' "$1"
		return
	fi
	for _dir in /sys/class/net/*; do
		! is_wireless "${_dir##*/}" || {
			printf '%s\n' "${_dir##*/}"
			return
		}
	done
}

# find_end_reason LINK [WIFI]: sets end_reason to why the link is gone when the programs of the old system are, or to nothing.
# WIFI is the Wi-Fi interface that the maintenance root brings up. A link in the kernel that a program sets up with a key or an
# address is not carried over: 768 and so on are the types of IP tunnels (linux/if_arp.h), 512 is PPP.
find_end_reason() {
	end_reason=
	if is_wireless "$1"; then
		[ "$1" = "${2-}" ] || end_reason="Wi-Fi ($1): list services.wifi in the profile"
	elif [ -e "/sys/class/net/$1/tun_flags" ]; then
		end_reason="a tunnel ($1) of a program"
	elif is_keyed_tunnel "$1"; then
		end_reason="a tunnel ($1), which is not carried over"
	else
		read_value "/sys/class/net/$1/type" || :
		case $value in
		512) end_reason="a dial-up link ($1)" ;;
		768 | 769 | 776 | 778 | 823) end_reason="a tunnel ($1), which is not carried over" ;;
		*) find_lower_end_reason "$1" "${2-}" ;;
		esac
	fi
}

# is_keyed_tunnel LINK: succeeds for a tunnel whose type is that of an Ethernet, or of nothing.
is_keyed_tunnel() {
	while read -r _line; do
		case $_line in
		DEVTYPE=wireguard | DEVTYPE=vxlan | DEVTYPE=geneve) return 0 ;;
		esac
	done <"/sys/class/net/$1/uevent"
	return 1
} 2>/dev/null

# find_lower_end_reason LINK [WIFI]: sets end_reason for a link that stands on others, all of which end.
find_lower_end_reason() {
	for _lower in "/sys/class/net/$1"/lower_*; do
		[ -e "$_lower" ] || continue
		find_end_reason "${_lower##*/lower_}" "${2-}"
		[ -n "$end_reason" ] || return 0
	done
}

# read_connection: sets far_address, and own_address of this device, from SSH_CONNECTION, without the parts that only IPv6
# has.
read_connection() {
	# shellcheck disable=SC2086 # these are words
	set -- ${SSH_CONNECTION-}
	far_address=${1-}
	far_address=${far_address#::ffff:}
	far_address=${far_address%%%*}
	own_address=${3-}
	own_address=${own_address#::ffff:}
	own_address=${own_address%%%*}
}

# find_login_interfaces: sets login_interfaces to those by which this login came, with a blank behind each: that of the address
# which it reached, and that of the route back.
find_login_interfaces() {
	login_interfaces=
	read_connection
	[ -n "$own_address" ] || return 0
	add_owner "$($b ip -o addr show)"
	case $far_address in
	fe80:*) return 0 ;; # A link-local address is on every link.
	esac
	# Where there is no route back, the first interface is all that is known.
	_back=$($b ip route get "$far_address" from "$own_address" 2>/dev/null) || return 0
	case $_back in
	*' dev '*)
		_back=${_back#*' dev '}
		add_login_interface "${_back%%[[:space:]]*}"
		;;
	esac
}

# add_owner ADDRESSES: adds the interface that has own_address, given what "ip -o addr show" prints.
add_owner() {
	for _words in " inet $own_address/" " inet $own_address " " inet6 $own_address/" " inet6 $own_address "; do
		case $1 in
		*"$_words"*) ;;
		*) continue ;;
		esac
		_before=${1%%"$_words"*}
		# The line begins with a number and the name.
		# shellcheck disable=SC2086 # these are words
		set -- ${_before##*"
"}
		add_login_interface "$2"
		return
	done
}

add_login_interface() { # NAME
	_interface=${1%%@*}
	case " $login_interfaces" in
	*" $_interface "*) ;;
	*) login_interfaces="$login_interfaces$_interface " ;;
	esac
}

# find_loopback_reason: sets loopback_reason where this login comes over loopback: from the device itself, or from a program
# that passes it on.
find_loopback_reason() {
	loopback_reason=
	read_connection
	for _address in "$own_address" "$far_address"; do
		case $_address in
		127.* | ::1) loopback_reason="it comes over loopback ($_address), as from a tunnel's program on the device" ;;
		esac
	done
}

# find_route_end_reason INTERFACES [WIFI]: sets end_reason to why the route over these interfaces ends with the old system, or
# to nothing.
find_route_end_reason() {
	end_reason=
	for _interface in $1; do
		find_end_reason "$_interface" "${2-}"
		[ -z "$end_reason" ] || return 0
	done
}

# refuse_lost_route NETWORK [WIFI]: fails if maintenance could not be reached by the route of this login. NETWORK is keep
# where the maintenance root carries the network over.
refuse_lost_route() {
	find_loopback_reason
	_why=$loopback_reason
	if [ -z "$_why" ] && [ "$1" = keep ]; then
		find_login_interfaces
		find_route_end_reason "$login_interfaces" "${2-}"
		_why=$end_reason
	fi
	[ -z "$_why" ] || {
		echo "the way to this device ends with its old system: $_why" >&2
		return 1
	}
}

# report_login_route: the same as facts that hold for every profile: login-ends ends the route with any, login-wifi with
# one that lists no Wi-Fi.
report_login_route() {
	find_loopback_reason
	[ -z "$loopback_reason" ] || fact login-loopback "$loopback_reason"
	command -v ip >/dev/null || return 0
	find_login_interfaces
	for _interface in $login_interfaces; do
		fact login-interface "$_interface"
	done
	find_route_end_reason "$login_interfaces"
	case $end_reason in
	'') ;;
	Wi-Fi*) fact login-wifi "$end_reason" ;;
	*) fact login-ends "$end_reason" ;;
	esac
}
