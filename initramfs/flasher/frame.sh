# shellcheck shell=sh
# Frames of feed, as standard input brings them: a line, and the bytes of a chunk.

# The longest frame that there is has 96 characters; nothing longer is read to its end.
longest_frame=128

# next_frame LENGTH: sets frame, and for a chunk or zeros index and count; fails at the end of the input. LENGTH is
# that of the image. Whatever is no frame of that image ends the write.
next_frame() {
	# shellcheck disable=SC3045
	IFS= read -r -n "$longest_frame" _line || return 1
	[ ${#_line} -lt "$longest_frame" ] || fail WRITE_FAILED "a frame without an end: '$(printf '%.40s' "$_line")'"
	# Fields are parted by one blank each: what was split and joined is the same again.
	set -- "$1" "${_line%% *}" "${_line#* }"
	frame=$2
	case $_line in
	end) return 0 ;;
	'chunk '*' '*' '*)
		_sha=${3##* }
		set -- "$1" "$2" "${3% *}"
		is_sha256 "$_sha" || fail WRITE_FAILED "a chunk without a SHA-256: '$_line'"
		;;
	'zero '*' '*) ;;
	*) fail WRITE_FAILED "unknown frame '$_line'" ;;
	esac
	index=${3%% *}
	count=${3#* }
	if ! is_whole "$index" || ! is_whole "$count"; then
		fail WRITE_FAILED "a frame without its two numbers: '$_line'"
	fi
	[ "$index" -lt $((($1 + chunk - 1) / chunk)) ] || fail WRITE_FAILED "chunk $index was announced, of an image of $1 bytes"
	_left=$(($1 - index * chunk))
	[ "$_left" -le "$chunk" ] || _left=$chunk
	[ "$count" -eq "$_left" ] || fail WRITE_FAILED "a chunk of $count bytes was announced, and chunk $index has $_left"
}

# take_chunk: keeps the bytes of the frame in the spool.
take_chunk() {
	dd bs="$count" count=1 iflag=fullblock of="$spooled" status=none ||
		fail WRITE_FAILED "there is no room in RAM for chunk $index"
	[ "$(stat -c %s "$spooled")" -eq "$count" ] || fail CONTACT_LOST "the stream ended inside chunk $index"
	[ "$(sha256sum "$spooled" | cut -c 1-64)" = "$_sha" ] || fail WRITE_FAILED "chunk $index is not what was announced"
}
