# shellcheck shell=sh
# Finds what an image that is shorter than its block device leaves alive behind its end: structures that the kernel, a
# boot loader or a tool finds by the end of the device, or at a fixed place, and takes for those of the whole device. Each
# counts only with its magic number and, where it has one, its own place, so that the structures of an earlier partition
# do not count. Calls gpt.sh.

# remains_on_block LENGTH: says a line of type remain for each. It sets behind, the length, for the functions below.
remains_on_block() {
	behind=$1
	for _sector in 512 4096; do gpt_at $((size - _sector)) "$_sector"; done
	# md(4), linux/raid/md_p.h: 0.90 in the last 64 KiB that are whole; 1.0 near the end, 1.2 near the beginning.
	md_old_at $((size / 65536 * 65536 - 65536))
	md_at $(((size / 512 - 16) / 8 * 8 * 512))
	md_at 4096
	# btrfs, fs/btrfs/disk-io.h: mirrors of the superblock.
	for _at in 67108864 274877906944; do btrfs_at "$_at"; done
	# ZFS, vdev_label.c: two of four labels are at the end.
	for _at in 524288 262144; do zfs_at $((size / 262144 * 262144 - _at)); done
	# LUKS2, its second header (cryptsetup, luks2_disk_metadata.c).
	for _at in 16384 32768 65536 131072 262144 524288 1048576 2097152 4194304; do luks_at "$_at"; done
	for _at in 0 512 1024 1536; do lvm_at "$_at"; done
	for _at in 2097152 $((size - 1048576)); do bcachefs_at "$_at"; done
	nilfs_at $((size / 4096 * 4096 - 4096))
	# BIOS RAID: Intel's in the last sector but one, DDF's anchor in the last (SNIA DDF 2.0).
	! holds $((size - 1024)) 496e74656c2052616964204953 || remain 'Intel RAID metadata' $((size - 1024)) 512
	! holds $((size - 512)) de11de11 || remain 'DDF RAID anchor' $((size - 512)) 512
	# Android Verified Boot, avb_footer.h: a boot loader looks for what it verifies by it.
	! holds $((size - 64)) 4156426600000001 || remain 'Android Verified Boot footer' $((size - 64)) 64
}

# holds OFFSET HEX: succeeds if these bytes are there, behind the image.
holds() {
	[ "$1" -ge "$behind" ] && [ $(($1 + ${#2} / 2)) -le "$size" ] && [ "$(hex_at "$node" "$1" $((${#2} / 2)))" = "$2" ]
}

# little NUMBER BYTES: prints the number in hex, little endian.
little() {
	_number=$1
	_digits=
	while [ ${#_digits} -lt $(($2 * 2)) ]; do
		_digits=$_digits$(printf '%02x' $((_number & 255)))
		_number=$((_number >> 8))
	done
	printf '%s\n' "$_digits"
}

remain() { # WHAT OFFSET LENGTH
	is_free "$2" "$3" || return 0
	say remain what "$1" offset# "$2" length# "$3" clear# true
}

# gpt_at OFFSET SECTOR: a backup header counts if it says that it lies there (UEFI 2.10, §5.3.2) and its checksum is right.
gpt_at() {
	# It belongs to a table that is kept.
	is_free "$2" "$2" || return 0
	holds "$1" 4546492050415254 || return 0 # EFI PART
	! is_gpt_header "$1" "$2" || remain 'backup GPT' "$1" "$2"
}

# md_old_at OFFSET: 0.90 is in the byte order of its machine, and says nothing of its place; its checksum is the sum of
# all words but itself, the 39th. Its version is 91 while the array is reshaped.
md_old_at() {
	if holds "$1" fc4e2ba9000000005a000000 || holds "$1" fc4e2ba9000000005b000000; then
		_order=little
	elif holds "$1" a92b4efc000000000000005a || holds "$1" a92b4efc000000000000005b; then
		_order=big
	else
		return 0
	fi
	! dd if="$node" bs=4096 iflag=skip_bytes skip="$1" count=1 status=none |
		hexdump -v -e '4/1 "%u " "\n"' | awk -v order="$_order" '
			{ word = order == "little" ? $1 + $2 * 256 + $3 * 65536 + $4 * 16777216 : $4 + $3 * 256 + $2 * 65536 + $1 * 16777216 }
			NR == 39 { told = word; next }
			{ sum += word }
			END { exit (sum % 4294967296 + int(sum / 4294967296)) % 4294967296 != told }' ||
		remain 'md superblock 0.90' "$1" 4096
}

md_at() {
	! holds "$1" fc4e2ba901000000 || ! holds $(($1 + 144)) "$(little $(($1 / 512)) 8)" || remain 'md superblock 1' "$1" 4096
}

btrfs_at() {
	! holds $(($1 + 64)) 5f42485266535f4d || ! holds $(($1 + 48)) "$(little "$1" 8)" || remain 'btrfs superblock mirror' "$1" 4096
}

# zfs_at OFFSET: a label's description ends with this number (zio_impl.h, ZEC_MAGIC), in either byte order. Where the
# image ends inside a label, only the part behind the image remains.
zfs_at() {
	if holds $(($1 + 131032)) 117a0cb17ada1002 || holds $(($1 + 131032)) 0210da7ab10c7a11; then
		_from=$1
		[ "$_from" -ge "$behind" ] || _from=$(((behind + 511) / 512 * 512))
		remain 'ZFS label' "$_from" $(($1 + 262144 - _from))
	fi
}

luks_at() {
	! holds "$1" 534b554cbabe0002 || ! holds $(($1 + 256)) "$(printf '%016x' "$1")" || remain 'LUKS2 second header' "$1" 4096
}

lvm_at() {
	! holds "$1" 4c4142454c4f4e45"$(little $(($1 / 512)) 8)" || ! holds $(($1 + 24)) 4c564d3220303031 || remain 'LVM label' "$1" 512
}

bcachefs_at() {
	! holds $(($1 + 24)) c68573f666ce90a9d96a60cf803df7ef || ! holds $(($1 + 104)) "$(little $(($1 / 512)) 8)" ||
		remain 'bcachefs superblock' "$1" 4096
}

# nilfs_at OFFSET: the second superblock, which says how large its device is (linux/nilfs2_ondisk.h).
nilfs_at() {
	! holds $(($1 + 6)) 3434 || ! holds $(($1 + 32)) "$(little "$size" 8)" || remain 'NILFS2 second superblock' "$1" 1024
}

# clear_on_block OFFSET LENGTH: overwrites what was found with zeros, in units that both are multiples of.
clear_on_block() {
	_unit=512
	[ $(($1 % 512 + $2 % 512)) -eq 0 ] || _unit=64
	dd if=/dev/zero of="$node" bs="$_unit" seek=$(($1 / _unit)) count=$(($2 / _unit)) conv=notrunc,fsync status=none ||
		fail WRITE_FAILED "$node cannot be written at $1"
}

# lost_behind LENGTH: says the partitions of the present table that do not end within the image.
lost_behind() {
	for _part in "/sys/class/block/$device/$device"*; do
		[ -e "$_part/partition" ] || continue
		find_extent "$_part"
		[ $((part_from + part_bytes)) -le "$1" ] ||
			say lost node "$block_node" label "$property" offset# "$part_from" length# "$part_bytes"
	done
}
