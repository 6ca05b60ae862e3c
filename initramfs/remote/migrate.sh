# shellcheck shell=sh
# Reports what a new system beside the old one has to do with: the disk of the partition LEVITATE_NODE, its GRUB, the partition that
# is freed. Or, with the verb put, writes LEVITATE_BYTES to the node from LEVITATE_OFFSET on, and reads them back. It runs in the sh of a
# running system, and the verb look writes nothing. The host sends flasher/bytes.sh, flasher/block.sh and lib/rescue-parts.sh in front
# of it.
set -eu

# refuse CODE MESSAGE: reports why nothing is told, and ends this shell. The functions in front of this file call it as well.
refuse() {
	fact migrate-refusal "$1 $2"
	exit 0
}

# sectors NODE SECTOR COUNT: prints so many sectors of 512 bytes in hex, a line each.
sectors() {
	_nth=0
	while [ "$_nth" -lt "$3" ]; do
		printf '%s\n' "$(dd if="$1" bs=512 skip=$(($2 + _nth)) count=1 2>/dev/null | to_hex)"
		_nth=$((_nth + 1))
	done
}

# report_root: reports the node of the file system that is the root, by its numbers in mountinfo (proc(5)).
report_root() {
	_root=
	while read -r _ _ _number _ _point _; do
		[ "$_point" != / ] || _root=$_number
	done </proc/self/mountinfo
	[ -e "/sys/dev/block/$_root" ] || return 0
	_folder=$(readlink -f "/sys/dev/block/$_root")
	find_node "${_folder##*/}"
	fact migrate-root "$block_node"
}

# report_disk FOLDER: reports the disk of this folder in sysfs, its partitions, its first sector, and the first one of its GRUB.
report_disk() {
	find_node "${1##*/}"
	_disk=$block_node
	read -r _sectors <"$1/size"
	read -r _sector <"$1/queue/logical_block_size"
	fact migrate-disk "$_disk $_sectors $_sector"
	for _part in "$1"/*/partition; do
		[ -e "$_part" ] || continue
		read -r _number <"$_part"
		_part=${_part%/partition}
		read -r _start <"$_part/start"
		read -r _size <"$_part/size"
		find_node "${_part##*/}"
		fact migrate-partition "$_number $_start $_size $block_node"
	done
	if [ "$(hex_at "$_disk" "$_sector" 8)" = 4546492050415254 ]; then # EFI PART
		fact migrate-gpt yes
	fi
	sectors "$_disk" 0 1 | lines migrate-boot
	! has_grub "${1##*/}" || sectors "$_disk" "$(number_at "$_disk" 92 8)" 1 | lines migrate-core
}

# report_cards: reports each wired network card and its address.
report_cards() {
	for _card in /sys/class/net/*/device; do
		_card=${_card%/device}
		if [ ! -e "$_card/device" ] || [ -e "$_card/phy80211" ]; then continue; fi
		read -r _address <"$_card/address"
		fact migrate-card "${_card##*/} $_address"
	done
}

# report_free: reports the room of the file system at each path of LEVITATE_POINTS, a path a line.
report_free() {
	while read -r _path; do
		[ -n "$_path" ] || continue
		fact migrate-free "$(df -Pk "$_path" | awk 'END { print $(NF - 2) }') $_path"
	done <<POINTS
$LEVITATE_POINTS
POINTS
}

look() {
	if [ -d /sys/firmware/efi ]; then
		fact migrate-firmware uefi
	else
		fact migrate-firmware bios
	fi
	name=migrate.into
	resolve_block "$LEVITATE_NODE"
	_folder=$(readlink -f "/sys/class/block/$device")
	[ -e "$_folder/partition" ] || refuse TARGET_UNSUPPORTED "$node is no partition of a disk"
	sectors "$node" 0 8 | lines migrate-front
	fact migrate-number "$(cat "$_folder/partition")"
	report_disk "${_folder%/*}"
	report_root
	report_cards
	report_free
	fact migrate-end yes
}

put() {
	name=$LEVITATE_NODE
	resolve_block "$LEVITATE_NODE"
	# From here on a link that breaks must not end this.
	trap '' HUP INT TERM PIPE
	# shellcheck disable=SC2059 # these are octal numbers
	printf "$LEVITATE_BYTES" | dd of="$node" bs=512 seek=$((LEVITATE_OFFSET / 512)) conv=notrunc,fsync 2>/dev/null
	echo 1 >/proc/sys/vm/drop_caches || :
	# shellcheck disable=SC2059
	_wanted=$(printf "$LEVITATE_BYTES" | to_hex)
	_found=$(dd if="$node" bs=512 skip=$((LEVITATE_OFFSET / 512)) count=$((${#_wanted} / 1024)) 2>/dev/null | to_hex)
	[ "$_found" = "$_wanted" ] || refuse WRITE_FAILED "$node does not keep what was written to it at $LEVITATE_OFFSET"
	fact migrate-end yes
}

"$LEVITATE_VERB"
