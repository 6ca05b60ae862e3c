# shellcheck shell=sh
# Evidence that was not gathered to its end is no proof that nothing is in use.

# shellcheck source=test/shell/harness.sh
. /harness.sh
. /usr/lib/levitate/lib/usage-scan.sh
printf 'S\t1\t0\tinit\n' | old_system_holders text >/tmp/left
grep -q '^unknown: ' /tmp/left || die "a scan that was cut off was taken for proof"
printf 'S\t1\t0\tinit\nE\n' | old_system_holders text >/tmp/left
[ ! -s /tmp/left ] || die "$(cat /tmp/left)"
pass
