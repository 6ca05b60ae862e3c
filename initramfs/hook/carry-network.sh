# shellcheck shell=sh
# The running system's addresses and routes, as lines that services/network restores. Uses b(), the staged busybox.

# primary_interface: the one that leads out, or the first with an address.
primary_interface() {
	_out=$(b ip -4 route show default | b sed -n 's/.* dev \([^ ]*\).*/\1/p' | b head -n 1)
	[ -n "$_out" ] || _out=$(b ip -o -4 addr show scope global | b awk '{ print $2; exit }')
	printf '%s\n' "$_out"
}

# dhcp_interfaces: those whose address a DHCP client looks after: its command line, or networkd's lease, names it.
dhcp_interfaces() {
	for _dir in /proc/[0-9]*; do
		b tr '\0' ' ' <"$_dir/cmdline" 2>/dev/null | b awk '
			$0 ~ /(^|\/)(udhcpc|dhclient|dhcpcd)/ {
				for (i = 1; i <= NF; i++) print $i
			}' | while read -r _word; do
			_word=${_word#-i}
			[ ! -e "/sys/class/net/$_word" ] || [ -z "$_word" ] || printf '%s\n' "$_word"
		done
	done
	for _lease in /run/systemd/netif/leases/*; do
		[ -e "$_lease" ] || continue
		for _net in /sys/class/net/*; do
			[ "$(b cat "$_net/ifindex")" != "${_lease##*/}" ] || printf '%s\n' "${_net##*/}"
		done
	done
}

# carry_network: link, addr, route and dhcp lines, link routes before the gateways that need them.
carry_network() {
	_dhcp=$(dhcp_interfaces | b sort -u)
	b ip -o link show up | b sed -n 's/^[0-9]*: \([^:@]*\)[:@].*/\1/p' | while read -r _link; do
		[ "$_link" = lo ] || echo "link $_link"
	done
	b ip -o addr show scope global | b awk '{
		address = $4
		for (i = 5; i <= NF; i++) if ($i == "peer") address = $4 " peer " $(i + 1)
		if ($3 == "inet" || $3 == "inet6") print "addr " $2 " " address
	}'
	b ip -4 route show | b awk '!/ via / { print "route " $0 }' | b sed 's/ \(proto\|metric\) [^ ]*//g; s/ linkdown//g'
	b ip -4 route show | b awk '/ via / { print "route " $0 }' | b sed 's/ \(proto\|metric\) [^ ]*//g; s/ linkdown//g'
	for _interface in $_dhcp; do
		_address=$(b ip -o -4 addr show dev "$_interface" | b sed -n '1s/.* inet \([^/ ]*\).*/\1/p')
		echo "dhcp $_interface $_address"
	done
}
