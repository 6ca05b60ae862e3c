# shellcheck shell=sh
# A place in raw flash of the NOR kind: NODE OFFSET BYTES. Such flash has no bad blocks, and the kernel's block device of it erases an
# eraseblock before it writes that.

find_mtd() {
	mtd_from=$2
	mtd_bytes=$3
	_sys=/sys/class/mtd/${1##*/}
	{ [ -c "$1" ] && [ -e "$_sys/type" ]; } || refuse TARGET_MISSING "there is no $1 on this device"
	read -r _type <"$_sys/type"
	read -r _size <"$_sys/size"
	case $_type in
	nor | ram) ;;
	*) unknown "$1 is flash of the type $_type: levitate writes an environment to NOR flash and to UBI volumes" ;;
	esac
	mtd_node=/dev/mtdblock${1##*/mtd}
	[ -b "$mtd_node" ] || unknown "there is no $mtd_node, by which $1 is written (the kernel's module mtdblock)"
	[ $((mtd_from % 512)) -eq 0 ] || unknown "byte $mtd_from of $1 is not the beginning of an eraseblock"
	[ $((mtd_from + mtd_bytes)) -le "$_size" ] || unknown "$1 has $_size bytes, and the place ends behind them"
}

# read_mtd: what cannot be read is bytes that are no record.
read_mtd() {
	dd if="$mtd_node" bs=512 skip=$((mtd_from / 512)) count=$(((mtd_bytes + 511) / 512)) 2>/dev/null |
		head -c "$mtd_bytes" >"$work/is" || :
}

write_mtd() {
	find_bytes "$work/new"
	[ "$bytes" = "$mtd_bytes" ] || unknown "what is to be written did not come whole"
	dd if="$work/new" of="$mtd_node" bs=512 seek=$((mtd_from / 512)) conv=notrunc,fsync 2>/dev/null
}

leave_mtd() {
	:
}
