# shellcheck shell=sh
# Evidence that was not gathered to its end is no proof that nothing is in use.

# shellcheck source=test/shell/scenarios/words.sh
. /scenarios/words.sh
. /usr/lib/levitate/lib/evidence.sh
printf 'S\t1\t0\tinit\n' | left_of_old >/tmp/left
grep -q '^unknown: ' /tmp/left || die "cut-off evidence was taken for proof"
printf 'S\t1\t0\tinit\nE\n' | left_of_old >/tmp/left
[ ! -s /tmp/left ] || die "$(cat /tmp/left)"
pass
