# shellcheck shell=sh
# Ranges of a target that are never written, by what the profile says under its keep. They are found before the first write and noted
# then: what is written may change the partitions by which they are found. What is hashed has zeros in their place, on the host as well.
# A kind that knows such ranges defines
#   spared_unit     sets unit to the bytes that are written whole or not at all: a sector, an eraseblock
#   name_ranges WORD    prints "FROM TO" in bytes, a line each, for what has a name: partition-table, label:NAME
# and, where an image cannot lie around them,
#   heed_spared     takes them into account in size, after spared was set; spared_unit then sets extent, the bytes of the whole target

spared=

# find_spared: sets spared to the ranges of the target that was resolved, as "FROM-TO" in bytes, in their order, with blanks between.
find_spared() {
	spared=
	[ -n "${LEVITATE_SPARED_RANGES-}" ] || return 0
	if [ -n "${state-}" ] && [ -e "$state/spared/$target" ]; then
		read -r spared <"$state/spared/$target"
		return
	fi
	name_target "$target"
	while IFS=$tab read -r spared_of spared_words; do
		[ "$spared_of" != "$target_name" ] || {
			resolve_spared "$spared_words"
			return
		}
	done <<RANGES
$LEVITATE_SPARED_RANGES
RANGES
}

# resolve_spared WORDS: the same for words with tabs between.
resolve_spared() {
	spared_unit
	found_ranges=
	_rest=$1$tab
	while [ -n "$_rest" ]; do
		spared_word=${_rest%%"$tab"*}
		_rest=${_rest#*"$tab"}
		case $spared_word in
		[0-9]*+[0-9]*) _found="${spared_word%+*} $((${spared_word%+*} + ${spared_word#*+}))" ;;
		# A refusal within has been said, and ends this process as well.
		*) _found=$(name_ranges "$spared_word") || end_refused "$_found" ;;
		esac
		need_whole_units "$_found"
		found_ranges="$found_ranges$_found
"
	done
	# Those that touch or overlap become one.
	spared=$(printf '%s' "$found_ranges" | sort -n | awk '
		NR > 1 && $1 <= to { if ($2 > to) to = $2; next }
		NR > 1 { printf "%.0f-%.0f ", from, to }
		{ from = $1; to = $2 }
		END { printf "%.0f-%.0f", from, to }')
}

# end_refused SAID: ends this process as the one did that said this.
end_refused() {
	case $1 in
	*'{"type":"error"'*)
		# shellcheck disable=SC2034
		error_said=yes
		printf '{"type":"error"%s\n' "${1#*'{"type":"error"'}"
		exit 3
		;;
	esac
	exit 1
}

# need_whole_units RANGES: refuses a range of which a unit is kept in part, or that ends behind the target.
need_whole_units() {
	while read -r _from _to; do
		[ $((_from % unit + _to % unit)) -eq 0 ] || refuse TARGET_UNSUPPORTED \
			"the profile keeps $((_to - _from)) bytes of $node from $_from on, and $node is written in units of $unit bytes: both numbers must be multiples of that"
		[ "$_to" -le "${extent:-$size}" ] || refuse TARGET_UNSUPPORTED \
			"the profile keeps $((_to - _from)) bytes of $node from $_from on, and $node has ${extent:-$size} bytes"
	done <<RANGES
$1
RANGES
}

# note_spared: notes the ranges before the first write.
note_spared() {
	if [ -z "$spared" ] || [ -e "$state/spared/$target" ]; then return; fi
	mkdir -p "$state/spared"
	printf '%s\n' "$spared" >"$state/spared.new" || fail WRITE_FAILED "there is no room to note what of $name is kept"
	mv "$state/spared.new" "$state/spared/$target"
}

# find_gaps FROM LENGTH: sets gaps to what of this range is not spared, as "FROM LENGTH" and more such pairs, with blanks between.
find_gaps() {
	gaps=
	_at=$1
	_end=$(($1 + $2))
	for _range in $spared; do
		_from=${_range%-*}
		[ "$_from" -lt "$_end" ] || break
		[ "${_range#*-}" -gt "$_at" ] || continue
		[ "$_from" -le "$_at" ] || gaps="$gaps${gaps:+ }$_at $((_from - _at))"
		_at=${_range#*-}
	done
	[ "$_at" -ge "$_end" ] || gaps="$gaps${gaps:+ }$_at $((_end - _at))"
}

# is_free FROM LENGTH: succeeds if nothing of this range is spared.
is_free() {
	find_gaps "$1" "$2"
	[ "$gaps" = "$1 $2" ]
}

# spared_json: sets listed to the ranges as a list of JSON.
spared_json() {
	_ranges=
	for _range in $spared; do
		_ranges="$_ranges${_ranges:+
}$(say range offset# "${_range%-*}" length# $((${_range#*-} - ${_range%-*})))"
	done
	list_json "$_ranges"
}
