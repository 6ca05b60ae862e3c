# shellcheck shell=sh
# body LENGTH ubi MTD: SHA-256 of a written UBI layout less its erase counter headers

_length=$1
shift
need_whole LENGTH "$_length"
[ "${1-}" = ubi ] || refuse USAGE "only a target of the kind ubi has such a body"
use_target "$@"
need_fit "$_length"
fresh
# What it says of its progress goes past this on descriptor 3.
exec 3>&1
_sha=$(hash_body "$_length") || fail VERIFY_FAILED "$node can't be read back"
say body sha256 "$_sha"
