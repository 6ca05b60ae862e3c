# shellcheck shell=sh
# body LENGTH ubi MTD: SHA-256 of a written UBI layout less its erase counter headers

_length=$1
shift
use_target "$@"
fresh
hash_body "$_length" >"$state/body" || fail VERIFY_FAILED "$node can't be read back"
say body sha256 "$(tail -n 1 "$state/body")"
