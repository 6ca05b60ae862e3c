# shellcheck shell=sh
# wear: a running system sends 64 bytes of each eraseblock that is asked for, zeros for one that cannot be read.

# shellcheck source=test/shell/harness.sh
. /harness.sh
# Eight eraseblocks of 128 bytes; each begins with its number.
for _block in 0 1 2 3 4 5 6 7; do
	printf "%064d%064d" "$_block" 9
done >/tmp/mtd
# headers FIRST COUNT: what is sent, in /tmp/wire.
headers() {
	# shellcheck disable=SC2034
	device="LEVITATE_NODE=/tmp/mtd LEVITATE_ERASESIZE=128 LEVITATE_FIRST=$1 LEVITATE_COUNT=$2
${dd-}"
	sent remote/erase-counters.sh
	[ "$(stat -c %s /tmp/wire)" -eq $((64 * $2)) ] || die "$(stat -c %s /tmp/wire) bytes for $2 eraseblocks"
}
headers 2 5
for _block in 2 3 4 5 6; do
	printf "%064d" "$_block"
done | cmp - /tmp/wire || die "these are others: $(cat /tmp/wire)"

# One that cannot be read does not shift those behind it.
dd='dd() {
	case "$*" in
	*skip=6*) echo "Input/output error" >&2; return 1 ;;
	*) command dd "$@" ;;
	esac
}'
headers 2 3
{
	printf "%064d" 2
	head -c 64 /dev/zero
	printf "%064d" 4
} | cmp - /tmp/wire || die "these are others: $(hexdump -C /tmp/wire)"
pass
