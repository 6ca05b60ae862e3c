# shellcheck shell=sh
# journal: what was touched, written and verified, with seconds since the kernel started

[ ! -r "$state/journal" ] || while read -r _when _what; do
	say journal seconds# "$_when" event "$_what"
done <"$state/journal"
