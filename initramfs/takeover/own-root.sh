# shellcheck shell=sh
# Whose the staged root is.

# refuse_other_entry ROOT ENTRY: ends with status 1 where another entry has staged the root. Without an entry, anybody's will do.
refuse_other_entry() {
	[ -n "$2" ] || return 0
	read -r _staged_by 2>/dev/null <"$1/.entry" || _staged_by=
	[ "$_staged_by" = "$2" ] || {
		echo "another levitate has begun to enter this device" >&2
		exit 1
	}
}
