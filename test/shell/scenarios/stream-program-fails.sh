# shellcheck shell=sh
# A writing program that ends early is a failure that carries what it said last, and nothing hangs.

# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease
image
flasher open "$lease" "$length" "$sha" file broken >/dev/null
{
	for i in 0 1 2; do chunk_frame "$i" "/tmp/c$i"; done
	echo end
} >/tmp/frames
fails sh -c "flasher feed $lease file broken </tmp/frames && flasher finish $lease file broken"
says 'eraseblock 7 is worn out'
pass
