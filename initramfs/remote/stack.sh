# shellcheck shell=sh
# Reports what the block devices of a running system are made of, and what stands on them. Patterns and `read` do most of it,
# because each program that starts takes its time on a slow device. facts.sh calls it.

report_stack() {
	# An array's member, a disk of a volume, a file system's device below a mapping; of a partition its disk (kernel doc
	# ABI/stable/sysfs-block).
	for _below in /sys/block/*/slaves/*; do
		[ -e "$_below" ] || continue
		_above=${_below#/sys/block/}
		fact stands "${_above%%/*} ${_below##*/}"
	done
	for _part in /sys/block/*/*/partition; do
		[ -e "$_part" ] || continue
		_part=${_part%/partition}
		_disk=${_part#/sys/block/}
		fact stands "${_part##*/} ${_disk%%/*}"
	done
	# Who has made a mapping says so at the beginning of its id: LVM-…, CRYPT-LUKS2-…, mpath-…
	for _dir in /sys/block/dm-*; do
		IFS= read -r _name <"$_dir/dm/name" || continue
		_owner=
		read -r _owner _ <"$_dir/dm/uuid" || :
		_owner=${_owner#CRYPT-}
		_owner=${_owner%%-*}
		fact mapped "${_dir##*/} ${_owner:--} $_name"
	done 2>/dev/null
	for _dir in /sys/block/md*; do
		read -r _state <"$_dir/md/array_state" || continue
		[ "$_state" != clear ] || continue
		_level=
		_metadata=
		read -r _level <"$_dir/md/level" || :
		read -r _metadata <"$_dir/md/metadata_version" || :
		fact array "${_dir##*/} ${_level:--} ${_metadata:--}"
	done 2>/dev/null
	for _dir in /sys/block/loop*; do
		! IFS= read -r _file <"$_dir/loop/backing_file" || fact loop "${_dir##*/} $_file"
	done 2>/dev/null
	# A disk that is somewhere else: the place of its device says by what.
	# shellcheck disable=SC2012
	_places=$(ls -l /sys/block 2>/dev/null)
	case $_places in
	*/session[0-9]* | */nvme-fabrics/* | */rbd/*)
		printf '%s\n' "$_places" | sed -n 's|^.* \([^ ]*\) -> [^ ]*/session[0-9][0-9]*/.*|\1 iSCSI|p
			s|^.* \([^ ]*\) -> [^ ]*/nvme-fabrics/.*|\1 NVMe over a network|p
			s|^.* \([^ ]*\) -> [^ ]*/rbd/.*|\1 RBD|p' | lines network-disk
		;;
	esac
	report_mounted
}

# report_mounted: reports what is mounted from a device, and the root wherever it stands: device, ro or rw, type, mount point.
# UBIFS and JFFS2 have no block device, and the number of btrfs is none of a device.
report_mounted() {
	while read -r _ _ _number _ _point _options _rest; do
		_rest=${_rest#*- }
		_type=${_rest%% *}
		_source=${_rest#* }
		_layers=${_source#* }
		_source=${_source%% *}
		_mounted="${_options%%,*} $_type $_point"
		if [ -e "/sys/dev/block/$_number" ]; then
			_source=$(readlink "/sys/dev/block/$_number")
			fact mounted "${_source##*/} $_mounted"
			continue
		fi
		case $_point:$_type in
		*:btrfs) btrfs_devices "$_source" | while read -r _device; do
			fact mounted "$_device $_mounted"
		done ;;
		/:overlay)
			fact root-layers "$_layers"
			fact mounted "$_source $_mounted"
			;;
		/:* | *:ubifs | *:jffs2 | *:overlay) fact mounted "${_source#/dev/} $_mounted" ;;
		esac
	done </proc/self/mountinfo
}

# btrfs_devices NODE: prints every device of the file system that is mounted from this one.
btrfs_devices() {
	_device=$(readlink -f "$1")
	_device=${_device##*/}
	for _member in /sys/fs/btrfs/*/devices/"$_device"; do
		[ -e "$_member" ] || continue
		ls "${_member%/*}"
		return
	done
	printf '%s\n' "${_device:--}"
}
