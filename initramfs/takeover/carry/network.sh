# shellcheck shell=sh
# Describes the network of the running system as lines that services/network restores. Calls lib/network.sh, and fact of
# report.sh. $b is the staged busybox.

newline='
'

# read_default_routes: sets default_routes to those of IPv4, and primary to the interface of the first of them, or to the first
# with an address.
read_default_routes() {
	default_routes=$($b ip -4 route show default) || :
	case $default_routes in
	*' dev '*)
		primary=${default_routes#*' dev '}
		primary=${primary%%[[:space:]]*}
		;;
	*) primary=$($b ip -o -4 addr show scope global | $b awk '{ print $2; exit }') ;;
	esac
}

# add_client INTERFACE CLIENT-ID: adds to clients an interface that has a DHCP client, once.
add_client() {
	case $newline$clients in
	*"$newline$1 "*) ;;
	*) clients="$clients$1 $2$newline" ;;
	esac
}

# find_dhcp_clients ADDRESSES: sets clients to a line "INTERFACE CLIENT-ID" for each interface that has a DHCP client. A server
# gives the same lease to the same client id: "mac" is the one that udhcpc makes, "none" sends none, anything else is
# hexadecimal.
find_dhcp_clients() {
	clients=
	# Looking at each process would start a program for each.
	for _file in $($b grep -lsE 'udhcpc|dhclient|dhcpcd' /proc/[0-9]*/cmdline); do
		# A process may end meanwhile.
		_words=$($b tr '\0' '\n' 2>/dev/null <"$_file") || continue
		find_client_id "$_words" || continue
		while read -r _word; do
			_word=${_word#-i}
			[ -z "$_word" ] || [ ! -d "/sys/class/net/$_word" ] || add_client "$_word" "$client_id"
		done <<WORDS
$_words
WORDS
	done
	for _lease in /run/systemd/netif/leases/*; do
		[ -e "$_lease" ] || continue
		_id=$($b sed -n 's/^CLIENTID=//p' "$_lease")
		for _net in /sys/class/net/*/ifindex; do
			_net=${_net%/ifindex}
			read_value "$_net/ifindex" || continue
			[ "$value" != "${_lease##*/}" ] || add_client "${_net##*/}" "${_id:-mac}"
		done
	done
	# NetworkManager and others show themselves only by the lifetime of their address.
	while read -r _ _of _address _rest; do
		case $_address:$_rest in
		*.*dynamic) add_client "$_of" mac ;;
		esac
	done <<ADDRESSES
$1
ADDRESSES
}

# find_client_id WORDS: sets client_id to what a DHCP client with this command line sends, a word a line; fails for a program
# that is no client of IPv4.
find_client_id() {
	client_id=
	_program=${1%%"$newline"*}
	_program=${_program##*/}
	_bare=mac
	while IFS= read -r _word; do
		case $_program:$_word in
		udhcpc:0x3d:* | udhcpc:61:*) client_id=${client_id:-${_word#*:}} ;;
		udhcpc:-C) _bare=none ;;
		dhclient:-6) return 1 ;;
		esac
	done <<WORDS
$1
WORDS
	case $_program in
	udhcpc) ;;
	dhclient) _bare=none ;;
	dhcpcd | dhcpcd:*)
		# What it sends as option 61 has a DUID where it was told so.
		if $b grep -qs '^duid' /etc/dhcpcd.conf && [ -r /var/lib/dhcpcd/duid ]; then client_id=duid; fi
		;;
	*) return 1 ;;
	esac
	client_id=${client_id:-$_bare}
}

# option_61 INTERFACE ID: prints what the client sends as option 61; for dhcpcd that is ff, the last four bytes of the MAC
# address, and the DUID.
option_61() {
	if [ "$2" = duid ]; then
		read_value "/sys/class/net/$1/address" || :
		printf 'ff%s%s\n' "$(printf '%s\n' "$value" | $b tr -d : | $b cut -c 5-)" "$($b tr -d ':\n' </var/lib/dhcpcd/duid)"
	else
		case $2 in
		*:*) printf '%s\n' "$2" | $b tr -d : ;;
		*) printf '%s\n' "$2" ;;
		esac
	fi
}

# find_lease_address INTERFACE ADDRESSES: sets lease_address to the one that expires, or else the first, with its prefix
# length.
find_lease_address() {
	lease_address=
	while read -r _ _of _address _rest; do
		[ "$_of" = "$1" ] || continue
		case $_address:$_rest in
		*.*dynamic)
			lease_address=$_address
			return
			;;
		*.*) lease_address=${lease_address:-$_address} ;;
		esac
	done <<ADDRESSES
$2
ADDRESSES
}

# find_metric INTERFACE: sets metric to that of its default route of IPv4, or to nothing.
find_metric() {
	metric=
	while read -r _line; do
		case "$_line " in
		*" dev $1 "*) ;;
		*) continue ;;
		esac
		metric=0
		case $_line in
		*' metric '*)
			metric=${_line#*' metric '}
			metric=${metric%% *}
			;;
		esac
		return
	done <<ROUTES
$default_routes
ROUTES
}

# kernel_listens INTERFACE: succeeds if the kernel itself takes router advertisements there.
kernel_listens() {
	case $($b cat "/proc/sys/net/ipv6/conf/$1/accept_ra") in
	2) return 0 ;;
	1) [ "$($b cat "/proc/sys/net/ipv6/conf/$1/forwarding")" = 0 ] ;;
	*) return 1 ;;
	esac
}

# until_lease INTERFACE ADDRESS/PREFIX: copies standard input, and marks the lines of this interface that count only until
# its DHCP client has a new lease.
until_lease() {
	$b awk -v of="$1" -v address="$2" '
		BEGIN { split(address, part, "/") }
		{ for (i = 1; i < NF; i++) if ($i == "dev") device = $(i + 1) }
		$1 == "addr" && $2 == of && $3 == address { print "until-lease " of " " $0; next }
		$1 == "route" && $2 == 4 && device == of && ($3 == "default" || / src / && !/ via / && index($0 " ", " src " part[1] " ")) {
			print "until-lease " of " " $0; next
		}
		{ print }'
}

# drop_transient LINES: sets lasting to the lines without those that the kernel gets anew by itself. What expires becomes
# permanent, because nobody will prolong it.
drop_transient() {
	lasting=
	while read -r _line; do
		case $_line in
		'') continue ;;
		addr*:*' dynamic')
			_of=${_line#addr }
			! kernel_listens "${_of%% *}" || continue
			;;
		route*' expires')
			_of=${_line#* dev }
			! kernel_listens "${_of%% *}" || continue
			;;
		esac
		_line=${_line% dynamic}
		lasting=$lasting${lasting:+$newline}${_line% expires}
	done <<LINES
$1
LINES
}

# carry_network: prints the lines, with "dhcp INTERFACE ADDRESS CLIENT-ID METRIC" for each interface that has a DHCP client.
# read_default_routes comes before.
carry_network() {
	_addresses=$(addresses)
	drop_transient "$_addresses$newline$(routes 4)$newline$(routes 6)"
	find_dhcp_clients "$_addresses"
	_asked=
	while read -r _interface _id; do
		[ -n "$_interface" ] || continue
		find_lease_address "$_interface" "$_addresses"
		lasting=$(printf '%s\n' "$lasting" | until_lease "$_interface" "${lease_address:--}")
		find_metric "$_interface"
		lease_address=${lease_address%/*}
		_asked="$_asked${newline}dhcp $_interface ${lease_address:--} $(option_61 "$_interface" "$_id") ${metric:--}"
	done <<CLIENTS
$clients
CLIENTS
	links
	printf '%s\n' "$lasting$_asked"
}

# count_lines TEXT: sets count.
count_lines() {
	set -f
	IFS=$newline
	# shellcheck disable=SC2086 # these are lines
	set -- $1
	unset IFS
	set +f
	count=$#
}

# report_network: tells people, as facts, what is not carried over.
report_network() {
	count_lines "$($b ip -4 rule)"
	_rules=$count
	count_lines "$($b ip -6 rule)"
	if [ "$_rules" -gt 3 ] || [ "$count" -gt 2 ]; then
		fact note "policy routing: the rules and the tables besides the main one are not carried over, should the shutdown remove them"
	fi
	while read -r _line; do
		case $_line in
		'' | *' dev '* | 'blackhole '* | 'unreachable '* | 'prohibit '* | 'throw '*) ;;
		*)
			fact note "a route over several gateways is not carried over, should the shutdown remove it"
			break
			;;
		esac
	done <<ROUTES
$($b ip -4 route show)
ROUTES
	for _dir in /sys/class/net/*; do
		! read_value "$_dir/bridge/vlan_filtering" || [ "$value" != 1 ] ||
			fact note "the VLAN table of the bridge ${_dir##*/} is not carried over, should the shutdown remove the bridge"
	done
}
