# shellcheck shell=sh
# lease OWNER: takes the lease and holds it until standard input ends

_token=$(lease_take "$1") || refuse LEASE_HELD "$(lease_field owner) has been writing to this device for $(($(uptime_seconds) - $(lease_field since))) seconds"
say lease token# "$_token"
journal "lease $_token $1"
cat >/dev/null
