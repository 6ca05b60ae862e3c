# shellcheck shell=sh
# While a write is going on, status names who writes, also in the middle of the stream.

# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease root@vm
image
flasher open "$lease" "$length" "$sha" file stream >/dev/null
mkfifo /tmp/stream
flasher feed "$lease" file stream </tmp/stream >/tmp/fed &
exec 6>/tmp/stream
chunk_frame 0 /tmp/c0 >&6
eventually grep -q '"index":0' /tmp/fed
command flasher status 6>&- 7>&- >/tmp/out
says '"owner":"root@vm"'
says '"next":1'
exec 6>&-
wait $! || :
drop_lease
pass
