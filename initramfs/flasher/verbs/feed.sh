# shellcheck shell=sh
# feed LEASE KIND ARGS...: chunks from standard input, each "chunk INDEX LENGTH SHA256" and its bytes, then "end"

# The write belongs to the device, not to the session: a cut ends it between two chunks, never inside one.
trap '' HUP PIPE TERM INT
_lease=$1
shift
lease_need "$_lease"
use_target "$@"
[ "$(writer_field target)" = "$target" ] || refuse WRITE_FAILED "no write to $name was begun"
mkdir -p "$writer"
_spool=$writer/chunk
while IFS=' ' read -r _frame _index _count _sha; do
	case $_frame in
	chunk)
		if [ "$_count" -lt 1 ] || [ "$_count" -gt "$chunk" ]; then
			fail WRITE_FAILED "a chunk of $_count bytes was announced"
		fi
		dd bs="$_count" count=1 iflag=fullblock of="$_spool" status=none
		[ "$(sha256sum "$_spool" | cut -c 1-64)" = "$_sha" ] || fail CONTACT_LOST "chunk $_index did not arrive whole"
		;;
	zero) ;;
	end)
		say fed
		exit 0
		;;
	*)
		fail WRITE_FAILED "unknown frame '$_frame'"
		;;
	esac
	lease_need "$_lease"
	case $_frame in
	zero) invalidate "$_index" "$_count" ;;
	*) put "$_index" "$_spool" ;;
	esac
	writer_set next $((_index + 1))
	contact
	say written index# "$_index" bytes# "$_count"
done
fail CONTACT_LOST "the stream ended before its end was announced"
