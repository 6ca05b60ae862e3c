# shellcheck shell=sh
# Describes the network of the running system as lines that services/network restores. Calls b, which runs an applet of
# the staged busybox, and lib/network.sh.

# primary_interface: prints the interface of the default route, or the first with an address.
primary_interface() {
	_out=$(b ip -4 route show default | b sed -n 's/.* dev \([^ ]*\).*/\1/p' | b head -n 1)
	[ -n "$_out" ] || _out=$(b ip -o -4 addr show scope global | b awk '{ print $2; exit }')
	printf '%s\n' "$_out"
}

# arguments_of PID: prints the arguments of a process, one a line; the process may end meanwhile.
arguments_of() {
	b tr '\0' '\n' <"/proc/$1/cmdline"
} 2>/dev/null

# dhcp_clients: prints "INTERFACE CLIENT-ID" for each interface that has a DHCP client. A server gives the same lease to the
# same client id: "mac" is the one that udhcpc makes, "none" sends none, anything else is hexadecimal.
dhcp_clients() {
	# Looking at each process would start a program for each.
	for _file in $(b grep -lsE 'udhcpc|dhclient|dhcpcd' /proc/[0-9]*/cmdline); do
		_dir=${_file%/cmdline}
		_words=$(arguments_of "${_dir#/proc/}") || continue
		_program=${_words%%
*}
		case ${_program##*/} in
		udhcpc)
			_id=$(printf '%s\n' "$_words" | b sed -n 's/^\(0x3d\|61\)://p' | b head -n 1)
			[ -n "$_id" ] || ! printf '%s\n' "$_words" | b grep -qx -e -C || _id=none
			;;
		dhclient)
			! printf '%s\n' "$_words" | b grep -qx -e -6 || continue
			_id=none
			;;
		dhcpcd | dhcpcd:*) _id=$(dhcpcd_duid) ;;
		*) continue ;;
		esac
		printf '%s\n' "$_words" | while read -r _word; do
			_word=${_word#-i}
			[ -z "$_word" ] || [ ! -d "/sys/class/net/$_word" ] || echo "$_word ${_id:-mac}"
		done
	done
	for _lease in /run/systemd/netif/leases/*; do
		[ -e "$_lease" ] || continue
		_id=$(b sed -n 's/^CLIENTID=//p' "$_lease")
		for _net in /sys/class/net/*/ifindex; do
			[ "$(value "$_net")" != "${_lease##*/}" ] || echo "$(b basename "${_net%/ifindex}") ${_id:-mac}"
		done
	done
	# NetworkManager and others show themselves only by the lifetime of their address.
	addresses | b awk '$1 == "addr" && $3 ~ /\./ && / dynamic$/ { print $2 " mac" }'
}

# dhcpcd_duid: prints "duid" where dhcpcd sends one; client_id joins it with the number of the interface.
dhcpcd_duid() {
	if b grep -qs '^duid' /etc/dhcpcd.conf && [ -r /var/lib/dhcpcd/duid ]; then
		echo duid
	fi
}

# client_id INTERFACE ID: prints what the client sends as option 61; for dhcpcd that is ff, the last four bytes of the MAC
# address, and the DUID.
client_id() {
	if [ "$2" = duid ]; then
		printf 'ff%s%s\n' "$(value "/sys/class/net/$1/address" | b tr -d : | b cut -c 5-)" "$(b tr -d ':\n' </var/lib/dhcpcd/duid)"
	else
		printf '%s\n' "$2" | b tr -d :
	fi
}

# lease_address INTERFACE: prints the address that expires, or else the first, with its prefix length.
lease_address() {
	addresses | b awk -v of="$1" '
		$2 != of || $3 !~ /\./ { next }
		first == "" { first = $3 }
		/ dynamic$/ && leased == "" { leased = $3 }
		END { print leased != "" ? leased : first }'
}

# kernel_listens INTERFACE: succeeds if the kernel itself takes router advertisements there.
kernel_listens() {
	case $(b cat "/proc/sys/net/ipv6/conf/$1/accept_ra") in
	2) return 0 ;;
	1) [ "$(b cat "/proc/sys/net/ipv6/conf/$1/forwarding")" = 0 ] ;;
	*) return 1 ;;
	esac
}

# until_lease INTERFACE ADDRESS/PREFIX: copies standard input, and marks the lines of this interface that count only until
# its DHCP client has a new lease.
until_lease() {
	b awk -v of="$1" -v address="$2" '
		BEGIN { split(address, part, "/") }
		{ for (i = 1; i < NF; i++) if ($i == "dev") device = $(i + 1) }
		$1 == "addr" && $2 == of && $3 == address { print "until-lease " of " " $0; next }
		$1 == "route" && $2 == 4 && device == of && ($3 == "default" || / src / && !/ via / && index($0 " ", " src " part[1] " ")) {
			print "until-lease " of " " $0; next
		}
		{ print }'
}

# without_transient: copies standard input without the lines that the kernel gets anew by itself. What expires becomes
# permanent, because nobody will prolong it.
without_transient() {
	while read -r _line; do
		case $_line in
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
		printf '%s\n' "${_line% expires}"
	done
}

# carry_network: prints the lines, with "dhcp INTERFACE ADDRESS CLIENT-ID METRIC" for each interface that has a DHCP client.
carry_network() {
	_lines=$({
		addresses
		routes 4
		routes 6
	} | without_transient)
	_clients=$(dhcp_clients | b awk 'NF == 2 && !seen[$1]++')
	_asked=
	while read -r _interface _id; do
		[ -n "$_interface" ] || continue
		_address=$(lease_address "$_interface")
		_lines=$(printf '%s\n' "$_lines" | until_lease "$_interface" "${_address:--}")
		_metric=$(b ip -4 route show default | b awk -v of="$_interface" '
			{ metric = 0; for (i = 1; i < NF; i++) { if ($i == "dev") dev = $(i + 1); if ($i == "metric") metric = $(i + 1) } }
			dev == of { print metric; exit }')
		_address=${_address%/*}
		_asked="$_asked
dhcp $_interface ${_address:--} $(client_id "$_interface" "$_id") ${_metric:--}"
	done <<CLIENTS
$_clients
CLIENTS
	links
	printf '%s\n' "$_lines$_asked"
}

# network_notes: prints for people what is not carried over.
network_notes() {
	if [ "$(b ip -4 rule | b grep -c .)" -gt 3 ] || [ "$(b ip -6 rule | b grep -c .)" -gt 2 ]; then
		echo "note=policy routing: the rules and the tables besides the main one are not carried over, should the shutdown remove them"
	fi
	if b ip -4 route show | b grep -qv ' dev \|^\(blackhole\|unreachable\|prohibit\|throw\) '; then
		echo "note=a route over several gateways is not carried over, should the shutdown remove it"
	fi
	for _dir in /sys/class/net/*; do
		[ "$(value "$_dir/bridge/vlan_filtering")" != 1 ] ||
			echo "note=the VLAN table of the bridge ${_dir##*/} is not carried over, should the shutdown remove the bridge"
	done
}
