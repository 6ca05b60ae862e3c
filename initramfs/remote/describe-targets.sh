# shellcheck shell=sh
# Reports what the flasher would say of the targets in LEVITATE_TARGETS, before anything is staged. The functions resolve
# and describe of the flasher answer, which only read. The host sends the files of the flasher in front of this one; those
# that part loads are functions, such as part_kinds_block for kinds/block.

part() {
	"$(part_word "$1")"
}

has_part() {
	command -v "$(part_word "$1")" >/dev/null
}

part_word() {
	printf 'part_%s' "$1" | tr '/-' '__'
}

tab='	'
find_ubi_words
# shellcheck disable=SC2034 # kinds/ubi-volume.sh
LEVITATE_UBI_WORDS=$ubi_words
printf '%s\n' "$LEVITATE_TARGETS" | while IFS=$tab read -r _target _words; do
	[ -n "$_target" ] || continue
	# Where the device lacks a program there is no answer: then the flasher answers in maintenance.
	_answer=$(
		resolve_words "$_words"
		describe
	)
	fact target "$_target $(printf '%s' "$_answer" | tail -n 1)"
done
