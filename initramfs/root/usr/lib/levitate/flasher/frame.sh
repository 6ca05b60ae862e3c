# shellcheck shell=sh
# Reads the frames of feed from standard input: a line, and the bytes of a chunk. The read of the shell drops NULs, and
# reads lines of any length. Therefore only the index of a frame is read by the shell, digit by digit. It determines
# what must follow and how long that is, so the rest is taken by count, and compared.

newline='
'

# take COUNT: prints that many bytes of standard input, fewer at its end, and a dot; NULs become another character.
take() {
	dd bs="$1" count=1 iflag=fullblock status=none | tr '\000' '\001'
	echo .
}

# next_frame LENGTH: sets frame, and for a chunk or zeros index and count; fails at the end of the input. LENGTH is that
# of the image. Anything that is no frame of that image ends the write.
next_frame() {
	_head=$(take 4)
	_head=${_head%.}
	case $_head in
	"end$newline") frame=end && return ;;
	chun) frame=chunk && _blank='k ' ;;
	zero) frame=zero && _blank=' ' ;;
	????*) fail WRITE_FAILED "unknown frame '$_head'" ;;
	*) return 1 ;;
	esac
	# shellcheck disable=SC3045
	IFS= read -r -n ${#_blank} _read || return 1
	[ "$_read" = "$_blank" ] || fail WRITE_FAILED "unknown frame '$_head$_read'"
	next_index || return 1
	[ "$index" -lt $((($1 + chunk - 1) / chunk)) ] || fail WRITE_FAILED "chunk $index was announced, of an image of $1 bytes"
	count=$(($1 - index * chunk))
	[ "$count" -le "$chunk" ] || count=$chunk
	rest_of_frame
}

# next_index: sets index, and takes the blank behind it.
next_index() {
	index=
	while
		# shellcheck disable=SC3045
		IFS= read -r -n 1 _read || return 1
		[ "$_read" != ' ' ]
	do
		index=$index$_read
		if [ -z "$_read" ] || ! is_integer "$index"; then break; fi
	done
	if [ "$_read" != ' ' ] || ! is_integer "$index"; then
		fail WRITE_FAILED "a frame without an index: '$_head$_blank$index$_read'"
	fi
}

# rest_of_frame: takes the length, which must be count, and sets the SHA-256 of a chunk.
rest_of_frame() {
	_length_of_rest=$((${#count} + 1))
	[ "$frame" = zero ] || _length_of_rest=$((_length_of_rest + 65))
	_rest=$(take "$_length_of_rest")
	_rest=${_rest%.}
	case $_rest in
	"$count$newline") [ "$frame" = chunk ] || return 0 ;;
	"$count "*"$newline")
		_sha=${_rest#"$count "}
		_sha=${_sha%"$newline"}
		! is_sha256 "$_sha" || return 0
		;;
	*"$newline"*) ;;
	*) [ ${#_rest} -ge "$_length_of_rest" ] || return 1 ;;
	esac
	case $_rest in
	"$count"[!0123456789]*) fail WRITE_FAILED "chunk $index was announced without what belongs to it: '$_rest'" ;;
	esac
	_said=${_rest%% *}
	fail WRITE_FAILED "a chunk of ${_said%%"$newline"*} bytes was announced, and chunk $index has $count"
}

# take_chunk: keeps the bytes of the frame in the spool.
take_chunk() {
	dd bs="$count" count=1 iflag=fullblock of="$spooled" status=none ||
		fail WRITE_FAILED "there is no room in RAM for chunk $index"
	[ "$(stat -c %s "$spooled")" -eq "$count" ] || fail CONNECTION_LOST "the stream ended inside chunk $index"
	[ "$(sha256sum "$spooled" | cut -c 1-64)" = "$_sha" ] || fail WRITE_FAILED "chunk $index is not what was announced"
}
