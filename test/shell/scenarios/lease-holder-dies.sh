# shellcheck shell=sh
# The lease ends with its holder however that ends, and nothing that is left behind keeps the next one out.

# shellcheck source=test/shell/harness.sh
. /harness.sh

# held_by: ids of those who have the lease open.
held_by() {
	for _fd in /proc/[0-9]*/fd/9; do
		# shellcheck disable=SC3013
		[ ! "$_fd" -ef "/run/levitate/lease/$lease" ] || echo "$_fd" | cut -d / -f 3
	done
}

hold_lease ann@desk
holder=$(held_by)
[ -n "$holder" ] || die "nobody has it open"
refused LEASE_HELD flasher lease bob@desk
kill -KILL "$holder"
drop_lease

# What a flasher of before left when it was killed; and another process with a descriptor of that number.
mkdir /run/levitate/lease/busy
echo $$ >/run/levitate/lease/holder
exec 9</dev/null
hold_lease bob@desk
[ "$lease" = 2 ] || die "lease $lease"
refused LEASE_HELD flasher lease cid@desk
says 'bob@desk has been writing'
says '"owner":"bob@desk"'
flasher status | grep -qF '"lease":{"type":"lease","token":2,"owner":"bob@desk"' || die "$(flasher status)"
drop_lease
flasher status | grep -qF '"lease":null' || die "$(flasher status)"

# A holder that was killed before it could note who it is.
: >/run/levitate/lease/3
hold_lease cid@desk
[ "$lease" = 4 ] || die "lease $lease"
refused LEASE_LOST flasher verified 3 "$(echo | sha256sum | cut -c 1-64)" file chunks
says 'lost to cid@desk'
drop_lease

# Who it is may be said in any way, and stays one line.
hold_lease 'eve "q" \
two'
refused LEASE_HELD flasher lease bob@desk
says 'eve \"q\" \\ two has been writing'
pass
