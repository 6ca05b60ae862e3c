# shellcheck shell=sh
# Makes the network what the lines in $state/network say, whatever its state is. services/network calls these functions.

# missing_lines: prints the lines that do not hold; fails if there are any. A line that counts until there is a new lease is
# not missing any more when there is one.
missing_lines() {
	network_now >"$state/network.now"
	_leased=
	for _lease in "$state"/lease.*; do
		[ ! -e "$_lease" ] || _leased="$_leased ${_lease#"$state/lease."}"
	done
	awk -v now="$state/network.now" -v leased="$_leased " '
		FILENAME == now { holds[$0] = 1; next }
		$1 == "dhcp" || $1 == "wifi" { next }
		$1 == "until-lease" {
			if (index(leased, " " $2 " ")) next
			sub(/^until-lease [^ ]* /, "")
		}
		!($0 in holds) { print; missing = 1 }
		END { exit missing }' "$state/network.now" "$state/network"
}

# log_once LINE: logs that the line could not be restored, once, because it is tried again and again.
log_once() {
	grep -qxF -- "$1" "$state/network.said" 2>/dev/null && return
	printf '%s\n' "$1" >>"$state/network.said"
	log "network: not restored yet: $1"
}

# restore_line WORD...: restores one line that is missing.
restore_line() {
	_what=$1
	shift
	case $_what in
	vlan | bridge | bond) make_link "$_what" "$@" ;;
	option)
		# Writing an option that the mode of a bond has no use for fails, even where it changes nothing.
		{ read_value "/sys/class/net/$1/$2" && [ "$value" = "$3" ]; } || printf '%s\n' "$3" >"/sys/class/net/$1/$2"
		;;
	sysctl) printf '%s\n' "$3" >"/proc/sys/net/ipv6/conf/$1/$2" ;;
	member) join "$@" ;;
	mac)
		# Some drivers take a new address only while the link is down.
		ip link set "$1" address "$2" || { ip link set "$1" down && ip link set "$1" address "$2" && ip link set "$1" up; }
		;;
	mtu) ip link set "$1" mtu "$2" ;;
	up) ip link set "$1" up ;;
	addr)
		_dev=$1
		shift
		# Replacing makes an address that expires permanent, and leaves a permanent one as it is.
		ip addr replace "$@" dev "$_dev"
		;;
	route)
		_family=$1
		shift
		ip "-$_family" route replace "$@"
		;;
	*) false ;;
	esac 2>>"$logs/network.log"
}

make_link() { # KIND NAME [PARENT ID | MODE]
	_link=/sys/class/net/$2
	case $1 in
	vlan) [ -e "$_link" ] || ip link add link "$3" name "$2" type vlan id "$4" ;;
	bridge)
		ip link add "$2" type bridge || return
		# Without a spanning tree, a port that waits only makes a device that does not answer.
		echo 0 >"$_link/bridge/forward_delay"
		;;
	bond)
		[ -e "$_link" ] || ip link add "$2" type bond || return
		{ read_value "$_link/bonding/mode" && [ "$value" = "$3" ]; } || printf '%s\n' "$3" >"$_link/bonding/mode"
		;;
	esac
}

# join MASTER PORT: a bond takes only a port that is down, and brings it up itself.
join() {
	[ ! -d "/sys/class/net/$1/bonding" ] || ip link set "$2" down
	ip link set "$2" master "$1"
}

# keep_clients: sees to it that each "wifi" and "dhcp" line has a program that runs; fails if there is no such line.
keep_clients() {
	_clients=1
	while read -r _what _words; do
		# shellcheck disable=SC2086
		case $_what in
		dhcp) keep_dhcp_client $_words ;;
		wifi) keep_wpa_supplicant "$_words" ;;
		*) continue ;;
		esac
		_clients=0
	done <"$state/network"
	return "$_clients"
}

# client_runs FILE PROGRAM INDEX: succeeds if the process in FILE is this program and serves the link of this index; it ends
# the process of an earlier link.
client_runs() {
	[ -s "$1" ] || return 1
	read -r _pid _was <"$1"
	read_value "/proc/$_pid/comm" || return 1
	[ "$value" = "$2" ] || return 1
	[ "$_was" != "$3" ] || return 0
	kill "$_pid"
	return 1
}

# keep_wpa_supplicant INTERFACE: starts it when that of the old system is gone, which takes the link down while it ends.
keep_wpa_supplicant() {
	[ -e "/sys/class/net/$1" ] || return 0
	read_value "/sys/class/net/$1/ifindex"
	_index=$value
	! client_runs "$state/wifi.$1" wpa_supplicant "$_index" || return 0
	# A process may end while its name is read.
	read_value "$state/phase"
	[ "$value" != starting ] || ! cat /proc/[0-9]*/comm 2>/dev/null | grep -qx wpa_supplicant || return 0
	ip link set "$1" up
	wpa_supplicant -i "$1" -c /etc/wpa_supplicant/wpa_supplicant.conf -D nl80211,wext >>"$logs/wifi.log" 2>&1 &
	echo "$! $_index" >"$state/wifi.$1"
}

# keep_dhcp_client INTERFACE ADDRESS CLIENT-ID METRIC: asks for the earlier lease; the address that is there stays until a
# lease says otherwise. A link that was made anew needs a new client.
keep_dhcp_client() {
	[ -e "/sys/class/net/$1" ] || return 0
	read_value "/sys/class/net/$1/ifindex"
	_index=$value
	! client_runs "$state/dhcp.$1" udhcpc "$_index" || return 0
	_interface=$1
	_metric=$4
	case $3 in
	mac) set -- "$2" ;;
	none) set -- "$2" -C ;;
	*) set -- "$2" -x "0x3d:$3" ;;
	esac
	_requested=$1
	shift
	[ "$_requested" = - ] || set -- "$@" -r "$_requested"
	LEASE_METRIC=$_metric udhcpc -f -i "$_interface" -t 5 -T 2 -A 5 -x hostname:"$(hostname)" "$@" \
		-s "$lib/services/udhcpc.script" &
	echo "$! $_index" >"$state/dhcp.$_interface"
}
