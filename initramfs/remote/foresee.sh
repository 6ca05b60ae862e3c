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

tab=$(printf '\t')
printf '%s\n' "$LEVITATE_TARGETS" | while IFS=$tab read -r _target _words; do
	[ -n "$_target" ] || continue
	# A program that is missing here leaves no answer: then maintenance tells.
	_answer=$(
		resolve_words "$_words"
		describe
	)
	fact target "$_target $(printf '%s' "$_answer" | tail -n 1)"
done
