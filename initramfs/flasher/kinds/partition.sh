# shellcheck shell=sh
# A partition by its GPT name or its PARTUUID, as the kernel knows them (uevent: PARTNAME, PARTUUID).

# shellcheck source=initramfs/flasher/kinds/block.sh
. "$lib/flasher/kinds/block.sh"

resolve() { # label|uuid VALUE
	name="partition $1 $2"
	case $1 in
	label) _key=PARTNAME ;;
	uuid) _key=PARTUUID ;;
	*) refuse TARGET_MISSING "a partition is found by label or uuid, not by $1" ;;
	esac
	_found=$(grep -lixF "$_key=$2" /sys/class/block/*/uevent || :)
	case $_found in
	'')
		# Older kernels tell PARTUUID to nobody; the links that the old system's udev made are still there.
		[ -b "/dev/disk/by-part$1/$2" ] || refuse TARGET_MISSING "no partition with $1 $2"
		_found=/sys/class/block/$(basename "$(readlink -f "/dev/disk/by-part$1/$2")")/uevent
		;;
	*"
"*) refuse TARGET_MISSING "several partitions have $1 $2" ;;
	esac
	_found=${_found%/uevent}
	node=/dev/${_found##*/}
	[ -b "$node" ] || refuse TARGET_MISSING "$node, the $name, has no device node"
	size=$(blockdev --getsize64 "$node")
}
