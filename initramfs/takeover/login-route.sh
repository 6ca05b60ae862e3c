# shellcheck shell=sh
# Ways in that end with the old system's programs: Wi-Fi, tunnels, dial-up, and a program that passes the connection on.
# Uses b(), the staged busybox or the running system's own programs, and value().

is_wireless() { # LINK
	[ -d "/sys/class/net/$1/wireless" ] || [ -e "/sys/class/net/$1/phy80211" ]
}

# wifi_interface: the one that the profile means: named there, or the first that this device has.
wifi_interface() {
	if [ -n "$LEVITATE_WIFI_INTERFACE" ]; then
		printf '%s\n' "$LEVITATE_WIFI_INTERFACE"
		return
	fi
	for _dir in /sys/class/net/*; do
		! is_wireless "${_dir##*/}" || {
			printf '%s\n' "${_dir##*/}"
			return
		}
	done
}

# link_end_reason LINK: why it is gone when the old system's programs are, or nothing. Links in the kernel that a
# program sets up with a key or an address of its own are not described, and not made anew: 768 and so on are the
# types of IP tunnels (linux/if_arp.h), 512 is PPP.
link_end_reason() {
	if is_wireless "$1"; then
		[ -n "$LEVITATE_WIFI" ] && [ "$(wifi_interface)" = "$1" ] || echo "Wi-Fi ($1): list services.wifi in the profile"
	elif [ -e "/sys/class/net/$1/tun_flags" ]; then
		echo "a tunnel ($1) of a program"
	elif b grep -qs '^DEVTYPE=\(wireguard\|vxlan\|geneve\)$' "/sys/class/net/$1/uevent"; then
		echo "a tunnel ($1), which is not carried over"
	else
		case $(value "/sys/class/net/$1/type") in
		512) echo "a dial-up link ($1)" ;;
		768 | 769 | 776 | 778 | 823) echo "a tunnel ($1), which is not carried over" ;;
		*) lower_links_end_reason "$1" ;;
		esac
	fi
}

# lower_links_end_reason LINK: the same of one that stands on others, all of which end.
lower_links_end_reason() {
	_ends=
	for _lower in "/sys/class/net/$1"/lower_*; do
		[ -e "$_lower" ] || continue
		_ends=$(link_end_reason "${_lower##*/lower_}")
		[ -n "$_ends" ] || return 0
	done
	[ -z "$_ends" ] || printf '%s\n' "$_ends"
}

# connection WORD: of SSH_CONNECTION, without what only IPv6 has: 1 is the far address, 3 the device's own.
connection() {
	_word=$(printf '%s\n' "${SSH_CONNECTION-}" | b awk -v word="$1" '{ print $word }')
	_word=${_word#::ffff:}
	printf '%s\n' "${_word%%%*}"
}

# login_interfaces: the interfaces by which this login came: that of the address which it came to, and that of the way back.
login_interfaces() {
	_local=$(connection 3)
	_far=$(connection 1)
	[ -n "$_local" ] || return 0
	{
		b ip -o addr show | b awk -v local="$_local" '{ split($4, part, "/") } part[1] == local { print $2; exit }'
		case $_far in
		fe80:*) ;; # on every link
		*)
			# Without a way back there is no route, and that is no failure of this.
			b ip route get "$_far" from "$_local" 2>/dev/null |
				b awk '{ for (i = 1; i < NF; i++) if ($i == "dev") { print $(i + 1); exit } }'
			;;
		esac
	} | b sed 's/@.*//' | b awk '!seen[$0]++'
}

# loopback_reason: says so where this login comes over loopback: from the device itself, or from a program that passes it on.
loopback_reason() {
	for _address in "$(connection 1)" "$(connection 3)"; do
		case $_address in
		127.* | ::1)
			echo "it comes over loopback ($_address), as from a tunnel's program on the device"
			return
			;;
		esac
	done
}

# route_end_reason: why the way by which this login came ends with the old system, or nothing.
route_end_reason() {
	login_interfaces | while read -r _way; do
		link_end_reason "$_way"
	done | b head -n 1
}

# refuse_lost_route: fails if maintenance could not be reached by the way that was come.
refuse_lost_route() {
	_why=$(loopback_reason)
	if [ -z "$_why" ] && [ "$LEVITATE_NETWORK" = keep ]; then
		_why=$(route_end_reason)
	fi
	[ -z "$_why" ] || {
		echo "the way to this device ends with its old system: $_why" >&2
		return 1
	}
}

# report_login_route: the same as facts, for whatever profile: way-ends ends with any, way-wifi with one that lists no Wi-Fi.
report_login_route() {
	loopback_reason | lines login-loopback
	command -v ip >/dev/null || return 0
	login_interfaces | lines login-interface
	LEVITATE_WIFI='' LEVITATE_WIFI_INTERFACE=''
	_why=$(route_end_reason)
	case $_why in
	'') ;;
	Wi-Fi*) fact login-wifi "$_why" ;;
	*) fact login-ends "$_why" ;;
	esac
}
