# shellcheck shell=sh
# Describes the network as it is now, as lines that services/network can restore. It reads sysfs, /proc and the ip of
# busybox, because that of the running system may lack what is needed. Calls b, which runs an applet of busybox.

# value FILE: prints the first word of the file; it is not for /proc/sys, whose files end after the first byte that read
# asks for. Some attributes can be read only while a link is up, and are of no use otherwise.
value() {
	read -r _value _ <"$1" && printf '%s\n' "$_value"
} 2>/dev/null

# link_kind NAME: prints vlan, bridge, bond, or device for a link that can't be made anew.
link_kind() {
	if [ -d "/sys/class/net/$1/bridge" ]; then
		echo bridge
	elif [ -d "/sys/class/net/$1/bonding" ]; then
		echo bond
	elif [ -e "/proc/net/vlan/$1" ]; then
		echo vlan
	else
		echo device
	fi
}

# stands_on_one NAME OTHER...: succeeds if NAME is the master of one of the others, or a VLAN over one of them.
stands_on_one() {
	_upper=$1
	shift
	for _other; do
		[ ! -e "/sys/class/net/$_upper/lower_$_other" ] || return 0
	done
	return 1
}

# link_names: prints every link, those that others stand on first.
link_names() {
	set --
	for _dir in /sys/class/net/*; do
		[ ! -d "$_dir" ] || set -- "$@" "${_dir##*/}"
	done
	while [ $# -gt 0 ]; do
		_later=
		for _name; do
			if stands_on_one "$_name" "$@"; then
				_later="$_later $_name"
			else
				printf '%s\n' "$_name"
			fi
		done
		_before=$#
		# shellcheck disable=SC2086
		set -- $_later
		[ $# -lt "$_before" ] || break
	done
}

# options NAME FOLDER ATTRIBUTE...: prints a line for each attribute that is set.
options() {
	_link=$1/$2
	_of=$1
	_folder=$2
	shift 2
	for _attribute; do
		_word=$(value "/sys/class/net/$_link/$_attribute") || continue
		[ -z "$_word" ] || [ "$_word" = 0 ] || printf 'option %s %s/%s %s\n' "$_of" "$_folder" "$_attribute" "$_word"
	done
}

bridge_lines() { # NAME
	echo "bridge $1"
	options "$1" bridge priority ageing_time group_fwd_mask multicast_querier vlan_filtering
	# Without the spanning tree the delay has no meaning, and a bridge that is made anew must not wait for it.
	if [ "$(value "/sys/class/net/$1/bridge/stp_state")" != 0 ]; then
		options "$1" bridge forward_delay hello_time max_age stp_state
	fi
	# Zero has a meaning here, and a kernel without the feature has no such attribute.
	! _word=$(value "/sys/class/net/$1/bridge/multicast_snooping") || echo "option $1 bridge/multicast_snooping $_word"
	for _port in "/sys/class/net/$1/brif"/*; do
		[ ! -e "$_port" ] || echo "member $1 ${_port##*/}"
	done
}

bond_lines() { # NAME
	_bonding=/sys/class/net/$1/bonding
	echo "bond $1 $(value "$_bonding/mode")"
	options "$1" bonding fail_over_mac miimon updelay downdelay arp_interval arp_validate xmit_hash_policy lacp_rate \
		ad_select min_links
	for _target in $(b cat "$_bonding/arp_ip_target"); do
		echo "option $1 bonding/arp_ip_target +$_target"
	done
	for _port in $(b cat "$_bonding/slaves"); do
		echo "member $1 $_port"
	done
	options "$1" bonding primary primary_reselect
}

vlan_lines() { # NAME
	b awk -v name="$1" '
		/VID: / { for (i = 1; i < NF; i++) if ($i == "VID:") id = $(i + 1) }
		/^Device: / { print "vlan " name " " $2 " " id }' "/proc/net/vlan/$1"
}

# links: prints how each link is made and set. A link that vanishes meanwhile leaves no line.
links() {
	link_names | while read -r _name; do
		[ "$_name" != lo ] || continue
		_lines=$(link_lines "$_name") || continue
		[ ! -e "/sys/class/net/$_name/flags" ] || printf '%s\n' "$_lines"
	done
}

link_lines() { # NAME
	_kind=$(link_kind "$1")
	_dir=/sys/class/net/$1
	[ "$_kind" = device ] || "${_kind}_lines" "$1"
	# A device keeps its own address, and a port of a bond has the one that the bond gives it; 3 is one that was set.
	if [ "$_kind" != device ] || { [ "$(value "$_dir/addr_assign_type")" = 3 ] && [ ! -d "$_dir/bonding_slave" ]; }; then
		_word=$(value "$_dir/address") || return
		echo "mac $1 $_word"
	fi
	_word=$(value "$_dir/mtu") || return
	echo "mtu $1 $_word"
	# A kernel without IPv6 has none of these.
	(cd "/proc/sys/net/ipv6/conf/$1" && b grep -s '' disable_ipv6 accept_ra autoconf forwarding addr_gen_mode) 2>/dev/null |
		b sed "s/^\([^:]*\):/sysctl $1 \1 /"
	_word=$(value "$_dir/flags") || return
	[ $((${_word:-0} & 1)) -eq 0 ] || echo "up $1"
}

# addresses: prints all but host addresses and the temporary ones of IPv6; "dynamic" ends the line of one that expires.
addresses() {
	b ip -o addr show | b awk '
		$3 != "inet" && $3 != "inet6" { next }
		/ scope host / || / dadfailed / || ($3 == "inet6" && / secondary /) { next }
		{
			line = "addr " $2 " " $4
			for (i = 5; i < NF; i++) if ($i == "peer") line = line " peer " $(i + 1)
			if ($3 == "inet" && / scope link /) line = line " scope link"
			if (/ dynamic /) line = line " dynamic"
			print line
		}'
}

# routes FAMILY: prints the main table, link routes first, as gateways may need them. "expires" ends a line that does.
routes() {
	b ip "-$1" route show | b awk -v family="$1" '
		$1 != "default" && $1 !~ /^[0-9a-f]*[.:][0-9a-f.:]*(\/[0-9]+)?$/ { next }
		$1 == "fe80::/64" || !/ dev / { next }
		{
			line = "route " family " " $1
			expires = ""
			for (i = 2; i <= NF; i++) {
				if ($i == "expires") { expires = " expires"; i++ }
				else if ($i != "dead" && $i != "linkdown") line = line " " $i
			}
			if (line ~ / via /) behind = behind line expires "\n"
			else print line expires
		}
		END { printf "%s", behind }'
}

# network_now: prints all of these lines.
network_now() {
	links
	addresses
	routes 4
	routes 6
}
