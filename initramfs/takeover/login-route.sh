# shellcheck shell=sh
# Finds the route by which this login came, and tells whether it ends with the programs of the old system, as Wi-Fi,
# tunnels, dial-up links and a program that passes the connection on do. Calls b, which runs an applet of the staged
# busybox or a program of the running system, and value of lib/network.sh or remote/facts.sh.

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

# link_end_reason LINK [WIFI]: prints why the link is gone when the programs of the old system are, or nothing. WIFI is the
# Wi-Fi interface that the maintenance root brings up. A link in the kernel that a program sets up with a key or an
# address is not carried over: 768 and so on are the types of IP tunnels (linux/if_arp.h), 512 is PPP.
link_end_reason() {
	if is_wireless "$1"; then
		[ "$1" = "${2-}" ] || echo "Wi-Fi ($1): list services.wifi in the profile"
	elif [ -e "/sys/class/net/$1/tun_flags" ]; then
		echo "a tunnel ($1) of a program"
	elif b grep -qs '^DEVTYPE=\(wireguard\|vxlan\|geneve\)$' "/sys/class/net/$1/uevent"; then
		echo "a tunnel ($1), which is not carried over"
	else
		case $(value "/sys/class/net/$1/type") in
		512) echo "a dial-up link ($1)" ;;
		768 | 769 | 776 | 778 | 823) echo "a tunnel ($1), which is not carried over" ;;
		*) lower_links_end_reason "$1" "${2-}" ;;
		esac
	fi
}

# lower_links_end_reason LINK [WIFI]: prints the reason for a link that stands on others, all of which end.
lower_links_end_reason() {
	_ends=
	for _lower in "/sys/class/net/$1"/lower_*; do
		[ -e "$_lower" ] || continue
		_ends=$(link_end_reason "${_lower##*/lower_}" "${2-}")
		[ -n "$_ends" ] || return 0
	done
	[ -z "$_ends" ] || printf '%s\n' "$_ends"
}

# connection_field NUMBER: prints a field of SSH_CONNECTION without the parts that only IPv6 has: 1 is the far address, 3
# is the address of this device.
connection_field() {
	_number=$1
	# shellcheck disable=SC2086 # these are words
	set -- ${SSH_CONNECTION-}
	[ $# -ge "$_number" ] || return 0
	shift $((_number - 1))
	_field=${1#::ffff:}
	printf '%s\n' "${_field%%%*}"
}

# login_interfaces: prints the interfaces by which this login came: that of the address which it reached, and that of the
# route back.
login_interfaces() {
	_local=$(connection_field 3)
	_far=$(connection_field 1)
	[ -n "$_local" ] || return 0
	{
		b ip -o addr show | b awk -v local="$_local" '{ split($4, part, "/") } part[1] == local { print $2; exit }'
		case $_far in
		fe80:*) ;; # A link-local address is on every link.
		*)
			# Where there is no route back, the first interface is all that is known.
			b ip route get "$_far" from "$_local" 2>/dev/null |
				b awk '{ for (i = 1; i < NF; i++) if ($i == "dev") { print $(i + 1); exit } }'
			;;
		esac
	} | b sed 's/@.*//' | b awk '!seen[$0]++'
}

# loopback_reason: prints that this login comes over loopback, where it does: from the device itself, or from a program
# that passes it on.
loopback_reason() {
	for _address in "$(connection_field 1)" "$(connection_field 3)"; do
		case $_address in
		127.* | ::1)
			echo "it comes over loopback ($_address), as from a tunnel's program on the device"
			return
			;;
		esac
	done
}

# route_end_reason [WIFI]: prints why the route over these interfaces, one a line of standard input, ends with the old
# system, or nothing.
route_end_reason() {
	while read -r _link; do
		link_end_reason "$_link" "${1-}"
	done | b head -n 1
}

# refuse_lost_route NETWORK [WIFI]: fails if maintenance could not be reached by the route of this login. NETWORK is keep
# where the maintenance root carries the network over.
refuse_lost_route() {
	_why=$(loopback_reason)
	if [ -z "$_why" ] && [ "$1" = keep ]; then
		_why=$(login_interfaces | route_end_reason "${2-}")
	fi
	[ -z "$_why" ] || {
		echo "the way to this device ends with its old system: $_why" >&2
		return 1
	}
}

# report_login_route: the same as facts that hold for every profile: login-ends ends the route with any, login-wifi with
# one that lists no Wi-Fi.
report_login_route() {
	loopback_reason | lines login-loopback
	command -v ip >/dev/null || return 0
	_interfaces=$(login_interfaces)
	[ -n "$_interfaces" ] || return 0
	printf '%s\n' "$_interfaces" | lines login-interface
	_why=$(printf '%s\n' "$_interfaces" | route_end_reason)
	case $_why in
	'') ;;
	Wi-Fi*) fact login-wifi "$_why" ;;
	*) fact login-ends "$_why" ;;
	esac
}
