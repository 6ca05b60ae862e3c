# shellcheck shell=sh
# Targets: a kind and its arguments lead to a node. Each kind is one file in kinds/ that defines
#   resolve ARGS    sets node (the device file), size (bytes) and name (for people); refuses what is not there
#   describe        says what the host must know to plan, as a line of type target
#   holders         says who stands on it, a line of type holder each
#   open_writer LENGTH / put INDEX FILE / close_writer    take the image, chunk by chunk
#   fresh           makes sure that what is read next comes from the medium
#   hash_pieces LENGTH PIECE PLACE    says a line of type chunk for each piece of an image of this length, from PIECE on; PLACE
#                   is what the line before said as next, if it said any
# and, where the kind has more to say than target.sh does,
#   invalidate INDEX LENGTH     puts zeros there that were not sent, or takes away the content in another way: nothing starts from
#                   this chunk then
#   remains_behind LENGTH       says a line of type remain for each thing that an image of this length leaves alive
#   clear_remain OFFSET LENGTH  takes away what remains_behind said with clear
#   allow_writes                makes the kernel take writes, before the first one of a process; they end with the process
#   feed_by_helper LEASE LENGTH feeds the rest of an image of this length by the helper
#   hash_chosen LENGTH          says a line of type chunk for each chunk of an image of this length whose number comes in a line of
#                   standard input, also while a write goes on
#   keep_place WITHIN           sets place and place_types, for files of the old system; WITHIN is a part of the target, or empty
#   leave_place                 undoes what keep_place did besides
#   make_volume NAME TYPE LEBS ALIGNMENT    makes a UBI volume that the target lacks
#   counters_from ERASEBLOCK    says a line of type peb for each eraseblock of the MTD, from this one on
#   room                        the most bytes that an image may have, where that is not the size
#   list_tree                   says a line of type file for each name in the file system that was made for a tree
#   swap_targets KIND ARGS [...] puts what was written beside these targets, and read back, in their places, all at once
#   tidy                        takes away what an interrupted run has left beside the target
# A target with the word beside in front of its kind is a new place beside it, where its kind has one: the old content stays until
# swap.
# No verb asks which kind a target is of.
# resolve and describe run in a running system as well, before it is entered (remote/describe-targets.sh): they only read, with programs
# that every device has. A kind loads what it shares with others by part, which is another function there.

chunk=$LEVITATE_CHUNK_BYTES

# Whether the target is a new place beside the one that is named: yes or no.
beside=no

# use_target [beside] KIND ARGS...: loads the kind and resolves the target.
use_target() {
	if [ "$1" = beside ]; then
		beside=yes
		shift
	fi
	load_kind "$1"
	shift
	resolve "$@"
	find_key "$kind" "$@"
	target=$target_key
	find_spared
	[ -z "$spared" ] || heed_spared
}

# load_kind KIND: sets kind, and defines its functions.
load_kind() {
	kind=$1
	case $kind in
	*[!a-z0-9-]*) kind= ;;
	esac
	has_part "kinds/${kind:-none}" || refuse TARGET_UNSUPPORTED "the flasher knows no target kind '$kind'"
	part "kinds/$kind"
}

# need_free: refuses a target that is in use, and says each holder.
need_free() {
	_held=$(holders)
	list_json "$_held"
	[ -z "$_held" ] || refuse TARGET_IN_USE "$name is in use" holders# "$listed"
}

# find_key KIND ARGS...: sets target_key to the name by which status, journal and state know a target; in it, _ stands for what is
# no letter and no digit.
find_key() {
	target_key=$1-
	shift
	_rest=$*
	while :; do
		case $_rest in
		*[!A-Za-z0-9]*) ;;
		*) break ;;
		esac
		_plain=${_rest%%[!A-Za-z0-9]*}
		target_key=$target_key${_plain}_
		_rest=${_rest#"$_plain"?}
	done
	target_key=$target_key$_rest
}

# name_target KEY: sets target_name to the name that the profile gives to the target of this key, or to the key where it has none.
name_target() {
	target_name=$1
	while IFS=$tab read -r _target _words; do
		[ -n "$_target" ] || continue
		find_key "${_words%%"$tab"*}" "${_words#*"$tab"}"
		[ "$target_key" != "$1" ] || {
			target_name=$_target
			return
		}
	done <<TARGETS
${LEVITATE_TARGETS-}
TARGETS
}

# resolve_words WORDS: calls use_target with these words, which are separated by tabs, and attaches nothing. The caller
# runs it in a subshell, which any failure ends.
resolve_words() {
	set -ef
	IFS=$tab
	# shellcheck disable=SC2086
	set -- $1
	set +f
	unset IFS
	looking=yes
	use_target "$@"
}

# holders_of_words WORDS: says the holders of that target.
holders_of_words() {
	resolve_words "$1"
	holders
}

# find_held_targets: sets held_targets to JSON, the name and the holders of each target of the profile; null for one that is not
# on this device.
find_held_targets() {
	held_targets=
	while IFS=$tab read -r _target _words; do
		[ -n "$_target" ] || continue
		# A refusal of the kind ends the subshell.
		set +e
		_found=$(holders_of_words "$_words")
		_status=$?
		set -e
		# Only what refuses says that there is no such target.
		case $_status in
		0) list_json "$_found" ;;
		3) listed=null ;;
		*) listed=[$unknown_holder] ;;
		esac
		quote_json "$_target"
		held_targets=$held_targets${held_targets:+,}$quoted:$listed
	done <<TARGETS
${LEVITATE_TARGETS-}
TARGETS
	held_targets="{$held_targets}"
}

# note_target STATE: notes that the target is touched, later that it is verified; leave looks at the notes.
note_target() {
	mkdir -p "$state/targets"
	note_spared
	# Without room for it the earlier note stays, and nothing is written.
	printf '%s\n' "$1" >"$state/note" || fail WRITE_FAILED "there is no room to note that $name is $1"
	mv "$state/note" "$state/targets/$target"
	[ "$1" != touched ] || {
		: >"$state/touched"
		owe_anew
	}
	journal "$1 $target"
}

# owe_anew: what has to be done after a write to this target, before the device leaves, has to be done anew.
owe_anew() {
	rm -f "$state/settled/after-flash"
	[ -n "${LEVITATE_KEEP_INTO-}" ] || return 0
	# A kind may use any name that begins with an underscore, and so does what finds the name of a target.
	(
		name_target "$target"
		[ "$target_name" != "$LEVITATE_KEEP_INTO" ] || rm -f "$state/settled/keep"
	)
}

# settle WHAT: notes that it is done.
settle() {
	mkdir -p "$state/settled"
	: >"$state/settled/$1" || fail WRITE_FAILED "there is no room to note that $1 is done"
	journal "settled $1"
}

# is_noted STATE: succeeds if the target is noted as touched or verified; one that was never touched has no note.
is_noted() {
	_note=
	{ read -r _note <"$state/targets/$target"; } 2>/dev/null || :
	[ "$_note" = "$1" ]
}

# touch_target: notes that the target is touched, before each change to it.
touch_target() {
	is_noted touched || note_target touched
}

# may_feed_by_helper: succeeds if the helper takes frames for this target, from the second one of a feed on at the latest.
may_feed_by_helper() {
	has_helper && command -v feed_by_helper >/dev/null
}

# can_feed_by_helper: succeeds if the helper may take the frames that come: it leaves the note to the shell, which makes it
# before the first change. What is written beside a target changes nothing that needs a note.
can_feed_by_helper() {
	may_feed_by_helper && { [ "$beside" = yes ] || is_noted touched; }
}

# A kind whose images leave nothing alive behind them defines no function of its own.
remains_behind() { :; }

# keep_place: sets place, the device node of the file system that kept files go into, and place_types, the types that it may have.
keep_place() { # WITHIN
	refuse TARGET_UNSUPPORTED "levitate cannot put files into $name"
}

# A place that was not there before it was asked for is left as it was found.
leave_place() { :; }

# A kind that writes nothing beside its targets leaves nothing there, and has nothing to swap.
tidy() { :; }

swap_targets() {
	refuse USAGE "nothing is written beside targets of the kind $kind"
}

counters_from() {
	refuse USAGE "$name has no erase counters"
}

make_volume() {
	refuse USAGE "$name has no volumes"
}

# The schema of the profile has such ranges for no other kind than those that define it.
spared_unit() {
	refuse TARGET_UNSUPPORTED "levitate writes all of $name, and cannot keep ranges of it"
}

name_ranges() { # WORD
	refuse TARGET_UNSUPPORTED "nothing of $name is called $1"
}

# What is spared takes nothing else away, as a rule.
heed_spared() {
	:
}

# What the kernel always takes writes for needs nothing.
allow_writes() { :; }

invalidate() {
	head -c "$2" /dev/zero >"$spooled" || fail WRITE_FAILED "there is no room in RAM for $2 zeros"
	put "$1" "$spooled"
}

hash_chosen() {
	refuse USAGE "$name is not read chunk by chunk"
}

# drop_caches: makes the next reads come from the medium (kernel doc sysctl/vm: drop_caches).
drop_caches() {
	sync
	echo 3 >/proc/sys/vm/drop_caches
}
