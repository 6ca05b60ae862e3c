# shellcheck shell=sh
# A writer that was cut off comes back with the number of its lease, and is let in only if nobody else had one since.

# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease ann@desk
drop_lease

# Nobody came.
hold_lease ann@desk 1
[ "$lease" = 2 ] || die "lease $lease"
drop_lease

# The answer was lost on its way: ann still knows the first one alone, and nobody but ann has the second.
hold_lease ann@desk 1
[ "$lease" = 3 ] || die "lease $lease"
drop_lease

# A first connection, which was never given anything, is a new writer.
hold_lease bob@desk

# Both while bob writes and after that.
refused LEASE_LOST flasher lease ann@desk 3
says 'lease 3 was lost to bob@desk'
drop_lease
for lost in 1 2 3; do
	refused LEASE_LOST flasher lease ann@desk "$lost"
	says "lease $lost was lost to bob@desk"
done

# Of another entry, or of nobody.
for lost in 0 5 999999999999999; do
	refused LEASE_LOST flasher lease ann@desk "$lost"
	says "never gave lease $lost"
done
for lost in -1 04 0x4 4x ' 4' 4.0 '4
4' 99999999999999999999 none; do
	refused USAGE flasher lease ann@desk "$lost"
done

# None of these has moved it.
hold_lease bob@desk 4
[ "$lease" = 5 ] || die "lease $lease"
pass
