# shellcheck shell=sh
# Nobody leaves for a system that was not read back whole, unless a person says so.

# shellcheck source=test/shell/scenarios/words.sh
. /scenarios/words.sh
hold_lease
image
flasher open "$lease" "$length" "$sha" file stream >/dev/null
exec 7>&-
wait
fails flasher leave
says LEAVE_REFUSED
pass
