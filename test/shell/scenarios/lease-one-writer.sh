# shellcheck shell=sh
# A second writer is refused with who and since when; after the first is gone its number is higher.

# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease alice@desk
first=$lease
fails flasher lease bob@desk
says 'alice@desk has been writing'
exec 7>&-
wait
rm /tmp/lease-open
hold_lease bob@desk
[ "$lease" -gt "$first" ] || die "token $lease after $first"
pass
