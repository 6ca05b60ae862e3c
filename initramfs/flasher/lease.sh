# shellcheck shell=sh
# The lease: one writer at a time. It lasts as long as the SSH channel that took it; its number only grows, so
# that a writer which lost it can tell, and is told.

lease_dir=$state/lease

# lease_field NAME: owner, since or holder of the present lease; empty when there never was one.
lease_field() {
	[ ! -r "$lease_dir/$1" ] || cat "$lease_dir/$1"
}

# lease_held: whether the channel that took the lease is still there.
lease_held() {
	_holder=$(lease_field holder)
	[ -n "$_holder" ] && [ -d "/proc/$_holder" ]
}

# lease_take OWNER: prints the new token, or fails if somebody holds the lease.
lease_take() {
	mkdir -p "$lease_dir"
	# mkdir is the only atomic test-and-set that every busybox has.
	until mkdir "$lease_dir/busy" 2>/dev/null; do
		sleep 1
	done
	if lease_held; then
		rmdir "$lease_dir/busy"
		return 1
	fi
	_token=$(lease_field token)
	_token=$((${_token:-0} + 1))
	printf '%s\n' "$1" >"$lease_dir/owner"
	uptime_seconds >"$lease_dir/since"
	printf '%s\n' "$$" >"$lease_dir/holder"
	printf '%s\n' "$_token" >"$lease_dir/token"
	rmdir "$lease_dir/busy"
	printf '%s\n' "$_token"
}

# lease_need TOKEN: refuses everybody but the one who holds the lease now.
lease_need() {
	[ "$1" = "$(lease_field token)" ] || refuse LEASE_HELD "lease $1 was lost to $(lease_field owner)"
}
