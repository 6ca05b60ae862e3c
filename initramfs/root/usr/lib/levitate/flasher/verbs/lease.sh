# shellcheck shell=sh
# lease OWNER [LOST]: takes the lease and holds it until standard input ends; LOST is the one that a cut took from the caller

[ -z "${2-}" ] || need_integer LOST "$2"
lease_take "$@"
say lease token# "$lease"
journal "lease $lease $owner"
exec cat >/dev/null
