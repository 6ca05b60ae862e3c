# shellcheck shell=sh
# End of file without an announced end is a cut, not success.

# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease
image
flasher open "$lease" "$length" "$sha" file chunks >/dev/null
chunk_frame 0 /tmp/c0 >/tmp/frames
fails sh -c "flasher feed $lease file chunks </tmp/frames"
says 'ended before its end was announced'
pass
