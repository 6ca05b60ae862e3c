# shellcheck shell=sh
# A writer that was frozen and wakes after somebody else has written changes nothing, with any verb; and one that is in the
# middle of a change when the lease goes is waited for.

# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease ann@desk
old=$lease
image
cp /tmp/image /tmp/of-ann
sha_of_ann=$sha
flasher open "$old" "$length" "$sha" file chunks >/dev/null

# Ann's feed lives on behind a channel that nobody has closed yet.
mkfifo /tmp/ann
command flasher feed "$old" file chunks </tmp/ann >/tmp/fed 7>&- &
feeding=$!
exec 6>/tmp/ann
chunk_frame 0 /tmp/c0 >&6
eventually grep -q '"index":0' /tmp/fed
: >/tmp/slow
chunk_frame 1 /tmp/c1 >&6
eventually test -e /tmp/slowly
kill -STOP "$feeding"
drop_lease

# Bob's lease is there, which bars ann from now on, but bob begins only when ann's chunk is done.
mkfifo /tmp/bob
command flasher lease bob@desk </tmp/bob >/tmp/lease-out 6>&- &
exec 7>/tmp/bob
eventually test -e /run/levitate/lease/2
[ ! -s /tmp/lease-out ] || die "granted in the middle of a change: $(cat /tmp/lease-out)"
rm /tmp/slow
[ ! -s /tmp/lease-out ] || die "granted while the change is frozen: $(cat /tmp/lease-out)"
kill -CONT "$feeding"
eventually grep -q '"token":2' /tmp/lease-out

image
flasher open 2 "$length" "$sha" file chunks >/dev/null 6>&-
{
	for i in 0 1 2; do chunk_frame "$i" "/tmp/c$i"; done
	echo end
} | flasher feed 2 file chunks >/dev/null 6>&-
flasher finish 2 file chunks >/dev/null 6>&-
flasher verified 2 "$sha" file chunks >/dev/null 6>&-
cmp /tmp/image /tmp/medium || die "bob's image is not there"

# Ann wakes with another chunk on its way.
dd if=/tmp/of-ann of=/tmp/late bs=1048576 skip=2 status=none
chunk_frame 2 /tmp/late >&6
echo end >&6
exec 6>&-
eventually test ! -d "/proc/$feeding"
tail -n 1 /tmp/fed | grep -q '"code":"LEASE_LOST".*lease 1 was lost to bob@desk' || die "$(cat /tmp/fed)"
refused LEASE_LOST flasher open "$old" "$length" "$sha_of_ann" file chunks
refused LEASE_LOST sh -c "echo end | flasher feed $old file chunks"
refused LEASE_LOST flasher finish "$old" file chunks
refused LEASE_LOST flasher verified "$old" "$sha_of_ann" file chunks
refused LEASE_LOST flasher leave "$old"
cmp /tmp/image /tmp/medium || die "bob's image was written over"
flasher status | grep -qF '"targets":{"file-chunks":"verified"}' || die "$(flasher status)"
pass
