# shellcheck shell=sh
# What the flasher would say of the targets in LEVITATE_TARGETS, asked of the running system, before anything is brought to it.
# The flasher's own resolve and describe answer; they only look. Its files stand before this text, each as the function
# that part calls: kinds/block as part_kinds_block.

part() {
	"$(part_word "$1")"
}

has_part() {
	command -v "$(part_word "$1")" >/dev/null
}

part_word() {
	printf 'part_%s' "$1" | tr '/-' '__'
}

# foreseen WORDS: the flasher's answer for a target whose kind and arguments tabs part; what a refusal says, too.
foreseen() {
	set -f
	IFS=$tab
	# shellcheck disable=SC2086
	set -- $1
	set +f
	unset IFS
	# shellcheck disable=SC2034 # resolving attaches nothing then
	looking=yes
	use_target "$@"
	describe
}

tab=$(printf '\t')
printf '%s\n' "$LEVITATE_TARGETS" | while IFS=$tab read -r _target _words; do
	[ -n "$_target" ] || continue
	# A program that is missing here leaves no answer: then maintenance tells.
	_answer=$(
		set -e
		foreseen "$_words"
	)
	fact target "$_target $(printf '%s' "$_answer" | tail -n 1)"
done
fact foresee-end yes
