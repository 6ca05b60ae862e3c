# shellcheck shell=sh
# A chunk larger than the spool allows is refused before a byte of it is read into RAM.

# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease
image
flasher open "$lease" "$length" "$sha" file chunks >/dev/null
printf 'chunk 0 999999999 %s\n' "$sha" >/tmp/frames
fails sh -c "flasher feed $lease file chunks </tmp/frames"
says 'a chunk of 999999999 bytes was announced'
pass
