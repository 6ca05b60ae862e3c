# shellcheck shell=sh
# The helper holds the lease while it writes a chunk, so that the next writer waits for its end, and writes no chunk once
# another writer has come. In a root without the helper the shell does the same.

# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease ann@desk
old=$lease
image
: >/tmp/slow
flasher open "$old" "$length" "$sha" file stream >/dev/null
mkfifo /tmp/ann
command flasher feed "$old" file stream </tmp/ann >/tmp/fed 7>&- &
feeding=$!
exec 6>/tmp/ann
# A pipe holds 64 KiB: the rest of the chunk waits until the program reads.
chunk_frame 0 /tmp/c0 >&6
eventually test -e /run/levitate/writer/half
drop_lease
mkfifo /tmp/bob
command flasher lease bob@desk </tmp/bob >/tmp/lease-out 6>&- &
exec 7>/tmp/bob
eventually test -e /run/levitate/lease/2
sleep 1
[ ! -s /tmp/lease-out ] || die "granted in the middle of a change: $(cat /tmp/lease-out)"
rm /tmp/slow
eventually grep -q '"token":2' /tmp/lease-out
grep -q '"type":"written","index":0,"bytes":1048576' /tmp/fed || die "$(cat /tmp/fed)"
chunk_frame 1 /tmp/c1 >&6
# It may have ended with the chunk.
echo end >&6 || :
exec 6>&-
eventually test ! -d "/proc/$feeding"
tail -n 1 /tmp/fed | grep -q '"code":"LEASE_LOST".*lease 1 was lost to bob@desk' || die "$(cat /tmp/fed)"
[ "$(cat /run/levitate/writer/next)" = 1 ] || die "chunk $(cat /run/levitate/writer/next) comes next"
pass
