# shellcheck shell=sh
# Whatever is no frame of the image that open recorded ends the write with a line of JSON, and reaches no medium.

# shellcheck source=test/shell/harness.sh
. /harness.sh
hold_lease
image
good=$(sha256sum /tmp/c0 | cut -c 1-64)
last=$(sha256sum /tmp/c2 | cut -c 1-64)
wrong=$(echo wrong | sha256sum | cut -c 1-64)
upper=$(echo "$good" | tr a-f A-F)
tab=$(printf '\t')
cr=$(printf '\r')

# ends CODE: feed, with the frames in /tmp/frames.
ends() {
	refused "$1" sh -c "flasher feed $lease file $kind </tmp/frames"
	[ ! -s /tmp/medium ] || die "something was written after: $(head -c 200 /tmp/frames)"
}

for kind in chunks stream; do
	: >/tmp/medium
	flasher open "$lease" "$length" "$sha" file "$kind" >/dev/null

	while IFS= read -r frame; do
		{
			printf '%b\n' "$frame"
			cat /tmp/c0
			echo end
		} >/tmp/frames
		ends WRITE_FAILED
	done <<LIST

 
zero
zero 0
zero 0 
zero  1048576
zero 0 -1
zero 0 0
zero 0 1
zero 0 1048575
zero 0 1048577
zero 0 99999999999
zero 0 9223372036854775807
zero 0 9223372036854775808
zero 0 18446744073709551617
zero 0 99999999999999999999999999999999
zero 0 0x100000
zero 0 04000000
zero 0 1e6
zero 0 1048576 1
zero 0 1048576$cr
zero 0$tab 1048576
zero -1 1048576
zero 3 1048576
zero 17592186044416 1048576
zero 999999999999999 1048576
zero 9223372036854775807 1048576
zero 18446744073709551616 1048576
zero 00 1048576
zero \$((1)) 1048576
zero * 1048576
zero ٠ 1048576
Zero 0 1048576
zeros 0 1048576
chunk
chunk 0
chunk 0 1048576
chunk 0 1048576 
chunk 0 1048576 x
chunk 0 1048576 ${good%?}
chunk 0 1048576 ${good}0
chunk 0 1048576 $upper
chunk 0 1048576 $good$cr
chunk 0 1048576 $good 
chunk 0 1048576 $good more
chunk 0  1048576 $good
 chunk 0 1048576 $good
chunk 0 1048575 $good
chunk 0 0 $good
chunk 0 -5 $good
chunk 0 999999999 $good
chunk 0 0x100000 $good
chunk 00 1048576 $good
chunk -0 1048576 $good
chunk -1 1048576 $good
chunk 1.0 1048576 $good
chunk 3 1048576 $good
chunk 2 1048576 $good
chunk 2 5001 $last
chunk 17592186044415 1048576 $good
chunk 0 1048576 $wrong
chünk 0 1048576 $good
end 
 end
end now
end$cr
END
endend
{"type":"chunk"}
LIST

	# NULs, which a shell does not see, in every place.
	for frame in "\\0chunk 0 1048576 $good" "chu\\0nk 0 1048576 $good" "chunk\\0 0 1048576 $good" "chunk \\00000 1048576 $good" \
		"chunk 0\\0 1048576 $good" "chunk 0 \\00001048576 $good" "chunk 0 1048576\\0 $good" "chunk 0 1048576 \\0000$good" \
		"chunk 0 1048576 $good\\0" "\\0" "end\\0" "\\0end" "e\\0nd" "zero\\0 0 1048576" "zero 0\\0 1048576" "zero 0 1048576\\0"; do
		{
			printf '%b\n' "$frame"
			cat /tmp/c0
			echo end
		} >/tmp/frames
		ends WRITE_FAILED
	done

	# Without an end: the line is not read to one that never comes.
	head -c 33554432 /dev/zero | tr '\000' x >/tmp/frames
	ends WRITE_FAILED
	head -c 33554432 /dev/zero >/tmp/frames
	ends WRITE_FAILED
	printf 'chunk 0 1048576 ' >/tmp/frames
	head -c 33554432 /dev/zero | tr '\000' a >>/tmp/frames
	ends WRITE_FAILED

	# Cuts, at any place.
	chunk_frame 0 /tmp/c0 >/tmp/whole
	for cut in 0 3 70 80 90 1000 1048600; do
		head -c "$cut" /tmp/whole >/tmp/frames
		ends CONNECTION_LOST
	done
	printf end >/tmp/frames
	ends CONNECTION_LOST
done

# A stream goes on where it is, and holds no zeros of levitate's; a place that is written once more is one place.
for frame in "chunk 1 1048576 $(sha256sum /tmp/c1 | cut -c 1-64)" 'zero 0 1048576'; do
	{
		echo "$frame"
		cat /tmp/c1
	} >/tmp/frames
	refused WRITE_FAILED sh -c "flasher feed $lease file stream </tmp/frames"
	says 'goes on with chunk 0'
done
flasher open "$lease" "$length" "$sha" file stream >/tmp/opened
grep -q '"next":0' /tmp/opened || die "$(cat /tmp/opened)"
{
	chunk_frame 0 /tmp/c0
	chunk_frame 0 /tmp/c0
} >/tmp/frames
refused WRITE_FAILED sh -c "flasher feed $lease file stream </tmp/frames"
says 'goes on with chunk 1'
flasher open "$lease" "$length" "$sha" file chunks >/dev/null
{
	echo 'zero 0 1048576'
	for i in 0 1 1 2 0; do chunk_frame "$i" "/tmp/c$i"; done
	echo end
	echo end
} | flasher feed "$lease" file chunks >/tmp/fed
[ "$(grep -c written /tmp/fed)" = 6 ] || die "$(cat /tmp/fed)"
cmp /tmp/image /tmp/medium || die "the medium differs"
pass
