# shellcheck shell=sh
# Chunks are read one by one as their numbers come, while a write goes on; who reads them is no holder of the target.

# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease
image
flasher open "$lease" "$length" "$sha" file chunks >/dev/null
mkfifo /tmp/numbers
command flasher chunks "$length" file chunks </tmp/numbers >/tmp/read 7>&- &
reading=$!
exec 6>/tmp/numbers
for i in 2 1 0 1; do
	{
		chunk_frame "$i" "/tmp/c$i"
		echo end
	} | flasher feed "$lease" file chunks 6>&- >/dev/null
	echo "$i" >&6
	eventually grep -q "\"index\":$i,\"sha256\":\"$(sha256sum "/tmp/c$i" | cut -c 1-64)\"" /tmp/read
done
. /usr/lib/levitate/flasher/validate.sh
eventually eval 'find_openers 6 /run/levitate/working; [ -n "$openers" ]'
exec 6>&-
wait "$reading" || die "$(cat /tmp/read)"
[ "$(grep -c '"type":"chunk"' /tmp/read)" = 4 ] || die "$(cat /tmp/read)"
tail -n 1 /tmp/read | grep -q '"type":"end"' || die "$(cat /tmp/read)"
for i in 3 x '' -1 99999999999999999999; do
	echo "$i" | refused USAGE flasher chunks "$length" file chunks
done
pass
