# shellcheck shell=sh
# The rescue of a disk: a system that the disk starts while it is half written. It lies behind the image's end: a front with its mark
# and its boot loader, the kernel, and this root as an archive. For a BIOS that is a disk of its own with GRUB, for UEFI a partition with
# a file system, to which the partition table leads. takeover/carry/rescue.sh brought the parts; src/flash/rescue/ says what lies
# where. Where one was written, state/rescue/TARGET says "OFFSET LENGTH", in bytes.

rescue_parts=$lib/rescue
# What makes the disk start it, bios or uefi; a root without the parts of a rescue has none.
rescue_firmware=
[ ! -e "$rescue_parts/started-by" ] || read -r rescue_firmware <"$rescue_parts/started-by"
# Of UEFI the sectors at the end of the disk, and where the first entry of a table begins to say where its partition lies.
tail_sectors=33
in_entry=32
# Room for the trailer of a cpio archive, its names and gzip's own bytes beyond the files.
rescue_slack=$((512 * 1024))

# rescue_json: sets rescue_said to what the host must know to plan a rescue of this disk: null where nothing was brought along for one.
rescue_json() {
	rescue_said=null
	[ -e "$rescue_parts/disk" ] && [ "$sector" = 512 ] || return 0
	read -r _disk_of <"$rescue_parts/disk"
	_kernel_bytes=0
	[ ! -e "$rescue_parts/kernel" ] || _kernel_bytes=$(stat -c %s "$rescue_parts/kernel")
	read -r _words <"$rescue_parts/words"
	find_rescue
	read -r _option <"$rescue_parts/boot-option"
	rescue_said=$(say rescue firmware "$rescue_firmware" disk "$_disk_of" kernel_bytes# "$_kernel_bytes" archive_bytes# $(($(root_bytes) + rescue_slack)) \
		words "$_words" boot_option "$_option" offset# "$rescue_offset" length# "$rescue_length")
}

# root_bytes: prints how many bytes the archive has at most before it is compressed; a header and a name come with each file.
root_bytes() {
	find / -xdev ! -path "$rescue_parts/kernel" -exec stat -c %s {} + | awk '{ sum += $1 + 512 } END { printf "%.0f\n", sum }'
}

# find_rescue: sets rescue_offset and rescue_length to where the rescue of this target lies, or to 0 where it has none. One that
# a kernel was started from counts only on the disk that has it: after a reboot, disks may have each other's names.
find_rescue() {
	rescue_offset=0
	rescue_length=0
	[ -r "$state/rescue/$target" ] || return 0
	read -r _rescue_at _rescue_bytes <"$state/rescue/$target"
	[ "$(rescue_mark "$_rescue_at")" = "levitate rescue ${LEVITATE_ENTRY_ID-}" ] || {
		[ ! -e "$state/rescued" ] || refuse TARGET_MISSING "$node is not the disk that this rescue was started from: since the reboot another disk is called so"
		return 0
	}
	rescue_offset=$_rescue_at
	rescue_length=$_rescue_bytes
}

# rescue_mark OFFSET: prints the line that the first sector of a rescue begins with.
rescue_mark() {
	dd if="$node" bs=512 skip=$(($1 / 512)) count=1 status=none | tr -d '\000' | head -n 1
}

# starts_rescue OFFSET: succeeds if the first sectors of the disk are those of the rescue there: their partition table says where
# the rescue's files lie.
starts_rescue() {
	fresh
	if [ "$rescue_firmware" = uefi ]; then
		[ "$(hex_at "$node" 512 8)" = 4546492050415254 ] && leads_to "$1" 1024 # EFI PART
		return
	fi
	[ "$(hex_at "$node" 510 2)" = 55aa ] && [ "$(number_at "$node" 454 4)" = $((($1 + 1024 * 1024) / 512)) ]
}

# leads_to OFFSET ENTRIES: succeeds if the first of the entries at this byte is of the partition of the rescue there.
leads_to() {
	[ "$(number_at "$node" $(($2 + in_entry)) 8)" = $((($1 + 4096) / 512)) ]
}

# write_rescue OFFSET LENGTH HEAD TAIL FRONT: writes the rescue to this range of the disk, reads it back, and makes the disk start it by
# the bytes of HEAD and TAIL. Until these are written the disk starts what it did before.
write_rescue() {
	note_entry "$1" "$2"
	put_bytes "$5" "$1"
	_front=$(stat -c %s "$5")
	_sum=$(sha256sum <"$5")
	put_bytes "$rescue_parts/kernel" $(($1 + _front))
	_kernel_bytes=$(stat -c %s "$rescue_parts/kernel")
	_archive_at=$(($1 + _front + (_kernel_bytes + 511) / 512 * 512))
	put_archive "$_archive_at" $(($1 + $2))
	fresh
	need_sum "$1" "$_front" "$_sum"
	need_sum $(($1 + _front)) "$_kernel_bytes" "$(sha256sum <"$rescue_parts/kernel")"
	need_sum "$_archive_at" "$archive_bytes" "$archive_sum"
	mkdir -p "$state/rescue"
	printf '%s %s\n' "$1" "$2" >"$state/rescue.new" || fail WRITE_FAILED "there is no room to note the rescue of $name"
	mv "$state/rescue.new" "$state/rescue/$target"
	journal "rescue $target $1"
	start_rescue "$1" "$3" "$4"
}

# start_rescue OFFSET HEAD TAIL: makes the disk start it.
start_rescue() {
	if [ "$rescue_firmware" = uefi ]; then put_tables "$2" "$3"; else put_blocks "$2" 512 0 0 1; fi
	starts_rescue "$1" || fail WRITE_FAILED "$node does not keep its first sectors"
}

# put_tables HEAD TAIL: writes a GPT and its copy at the end of the disk, so that a power cut leaves one that is whole at any time. The
# copy goes first, while the table in front is that of the old system; then the header in front, one sector, which does not fit the
# entries behind it any more, so that the copy counts (UEFI 2.10, §5.3.2); then these entries, and the first sector, by which the
# firmware of a disk with an MBR sees a GPT at all.
put_tables() {
	_copy=$((size / 512 - tail_sectors))
	if ! has_bytes "$2" $((_copy * 512)); then
		part gpt
		is_gpt_copy_free || fail WRITE_FAILED "the partition table in front of $node is damaged, so its copy at the end is not overwritten"
		put_blocks "$2" 512 0 "$_copy" $((tail_sectors - 1))
		put_blocks "$2" 512 $((tail_sectors - 1)) $((_copy + tail_sectors - 1)) 1
		fresh
		has_bytes "$2" $((_copy * 512)) || fail WRITE_FAILED "$node does not keep its last sectors"
	fi
	put_blocks "$1" 512 1 1 1
	put_blocks "$1" 512 2 2 32
	put_blocks "$1" 512 0 0 1
}

# has_bytes FILE OFFSET: succeeds if the disk has there what is in the file.
has_bytes() {
	dd if="$node" bs=4096 iflag=skip_bytes,count_bytes,fullblock skip="$2" count="$(stat -c %s "$1")" status=none | cmp -s - "$1"
}

# drop_copy OFFSET: overwrites the copy of the partition table at the end of the disk, where it leads to the rescue there.
drop_copy() {
	_copy=$((size - tail_sectors * 512))
	! leads_to "$1" "$_copy" || zero_range "$_copy" "$size"
}

# note_entry OFFSET LENGTH: puts into this root what the rescue must know of this maintenance system.
note_entry() {
	rm -rf "$rescue_parts/entry"
	mkdir -p "$rescue_parts/entry"
	printf '%s\n' "$target" >"$rescue_parts/entry/target"
	read_lease
	printf '%s\n' "$lease" >"$rescue_parts/entry/lease"
	tail -n 500 "$state/journal" >"$rescue_parts/entry/journal"
}

# put_bytes FILE OFFSET: writes a file to a place of the disk; what is left of its last sector becomes zeros.
put_bytes() {
	_last=$((($2 + $(stat -c %s "$1")) / 512 * 512))
	zero_range "$_last" $((_last + 512))
	dd if="$1" of="$node" bs=4096 seek=$(($2 / 512 * 512)) oflag=seek_bytes conv=notrunc,fsync status=none ||
		fail WRITE_FAILED "writing $node at $2 failed"
}

# put_archive OFFSET END: writes this root as an archive, and zeros behind it up to END. Sets archive_bytes and archive_sum.
put_archive() {
	_pipe=$spool/archive.$$
	mkfifo "$_pipe.sum" "$_pipe.count"
	sha256sum <"$_pipe.sum" >"$_pipe.is" &
	_summing=$!
	wc -c <"$_pipe.count" >"$_pipe.bytes" &
	_counting=$!
	(cd / && find . -xdev ! -path "./${rescue_parts#/}/kernel" | cpio -o -H newc 2>/dev/null | gzip -1) |
		tee "$_pipe.sum" "$_pipe.count" |
		dd of="$node" bs=65536 iflag=fullblock seek="$1" oflag=seek_bytes conv=notrunc,fsync status=none ||
		fail WRITE_FAILED "writing the archive of the rescue to $node at $1 failed"
	wait "$_summing" "$_counting"
	archive_sum=$(cat "$_pipe.is")
	read -r archive_bytes <"$_pipe.bytes"
	rm -f "$_pipe".*
	_behind=$(($1 + archive_bytes))
	[ "$_behind" -le "$2" ] || fail WRITE_FAILED "the archive of the rescue is longer than its room on $node"
	zero_range "$_behind" "$2"
}

# zero_range FROM END: writes zeros to these bytes of the disk.
zero_range() {
	head -c $(($2 - $1)) /dev/zero |
		dd of="$node" bs=65536 iflag=fullblock seek="$1" oflag=seek_bytes conv=notrunc,fsync status=none ||
		fail WRITE_FAILED "writing $node at $1 failed"
}

# need_sum OFFSET LENGTH SUM: fails where sha256sum does not say this of these bytes of the disk.
need_sum() {
	_is=$(dd if="$node" bs=65536 iflag=skip_bytes,count_bytes,fullblock skip="$1" count="$2" status=none | sha256sum)
	[ "$_is" = "$3" ] || fail WRITE_FAILED "$node does not keep the rescue that was written to it: bytes from $1 on differ"
}
