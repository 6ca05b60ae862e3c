# shellcheck shell=sh
# Describes the network as it is now, as lines that services/network can restore. It reads sysfs, /proc and the ip of
# busybox, because that of the running system may lack what is needed. $b is the staged busybox, or nothing where applets are
# called by their names. Calls lib/read-file.sh: some attributes can be read only while a link is up.

# find_link_kind NAME: sets link_kind to vlan, bridge, bond, or to device for a link that cannot be made anew.
find_link_kind() {
	link_kind=device
	if [ -d "/sys/class/net/$1/bridge" ]; then
		link_kind=bridge
	elif [ -d "/sys/class/net/$1/bonding" ]; then
		link_kind=bond
	elif [ -e "/proc/net/vlan/$1" ]; then
		link_kind=vlan
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

# find_links: sets link_names to every link, those that others stand on first.
find_links() {
	link_names=
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
				link_names="$link_names $_name"
			fi
		done
		_before=$#
		# shellcheck disable=SC2086
		set -- $_later
		[ $# -lt "$_before" ] || break
	done
}

# add_line WORD...: adds a line to described, which has what is known of one link.
add_line() {
	described="$described$*
"
}

# add_options NAME FOLDER ATTRIBUTE...: adds a line for each attribute that is set.
add_options() {
	_of=$1
	_folder=$2
	shift 2
	for _attribute; do
		read_value "/sys/class/net/$_of/$_folder/$_attribute" || continue
		[ -z "$value" ] || [ "$value" = 0 ] || add_line "option $_of $_folder/$_attribute $value"
	done
}

add_bridge() { # NAME
	add_line "bridge $1"
	add_options "$1" bridge priority ageing_time group_fwd_mask multicast_querier vlan_filtering
	# Without the spanning tree the delay has no meaning, and a bridge that is made anew must not wait for it.
	read_value "/sys/class/net/$1/bridge/stp_state" || :
	[ "$value" = 0 ] || add_options "$1" bridge forward_delay hello_time max_age stp_state
	# Zero has a meaning here, and a kernel without the feature has no such attribute.
	! read_value "/sys/class/net/$1/bridge/multicast_snooping" || add_line "option $1 bridge/multicast_snooping $value"
	for _port in "/sys/class/net/$1/brif"/*; do
		[ ! -e "$_port" ] || add_line "member $1 ${_port##*/}"
	done
}

add_bond() { # NAME
	_bonding=/sys/class/net/$1/bonding
	read_value "$_bonding/mode" || :
	add_line "bond $1 $value"
	add_options "$1" bonding fail_over_mac miimon updelay downdelay arp_interval arp_validate xmit_hash_policy lacp_rate \
		ad_select min_links
	_words=
	read -r _words <"$_bonding/arp_ip_target" || :
	for _target in $_words; do
		add_line "option $1 bonding/arp_ip_target +$_target"
	done
	_words=
	read -r _words <"$_bonding/slaves" || :
	for _port in $_words; do
		add_line "member $1 $_port"
	done
	add_options "$1" bonding primary primary_reselect
}

add_vlan() { # NAME
	_vlan=$($b awk -v name="$1" '
		/VID: / { for (i = 1; i < NF; i++) if ($i == "VID:") id = $(i + 1) }
		/^Device: / { print "vlan " name " " $2 " " id }' "/proc/net/vlan/$1")
	[ -z "$_vlan" ] || add_line "$_vlan"
}

# add_sysctls NAME: adds what sysctls has of this link.
add_sysctls() {
	for _sysctl in $sysctls; do
		case $_sysctl in
		*"/conf/$1/"*)
			_sysctl=${_sysctl##*/}
			add_line "sysctl $1 ${_sysctl%%:*} ${_sysctl#*:}"
			;;
		esac
	done
}

# links: prints how each link is made and set. A link that vanishes meanwhile leaves no line.
links() {
	find_links
	# One program reads those of all links. A kernel without IPv6 has none of these.
	_conf=/proc/sys/net/ipv6/conf
	sysctls=$($b grep -s -H '' "$_conf"/*/disable_ipv6 "$_conf"/*/accept_ra "$_conf"/*/autoconf "$_conf"/*/forwarding \
		"$_conf"/*/addr_gen_mode 2>/dev/null) || :
	for _link in $link_names; do
		[ "$_link" != lo ] || continue
		describe_link "$_link" || continue
		[ ! -e "/sys/class/net/$_link/flags" ] || printf '%s' "$described"
	done
}

# describe_link NAME: sets described to its lines; fails where the link has vanished.
describe_link() {
	described=
	find_link_kind "$1"
	_dir=/sys/class/net/$1
	[ "$link_kind" = device ] || "add_$link_kind" "$1"
	# A device keeps its own address, and a port of a bond has the one that the bond gives it; 3 is one that was set.
	read_value "$_dir/addr_assign_type" || :
	if [ "$link_kind" != device ] || { [ "$value" = 3 ] && [ ! -d "$_dir/bonding_slave" ]; }; then
		read_value "$_dir/address" || return
		add_line "mac $1 $value"
	fi
	read_value "$_dir/mtu" || return
	add_line "mtu $1 $value"
	add_sysctls "$1"
	read_value "$_dir/flags" || return
	[ $((${value:-0} & 1)) -eq 0 ] || add_line "up $1"
}

# addresses: prints all but host addresses and the temporary ones of IPv6; "dynamic" ends the line of one that expires.
addresses() {
	$b ip -o addr show | $b awk '
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
	$b ip "-$1" route show | $b awk -v family="$1" '
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
