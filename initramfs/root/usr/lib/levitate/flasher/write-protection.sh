# shellcheck shell=sh
# The write protection of the boot partitions of an eMMC (kernel doc driver-api/mmc/mmc-dev-parts), and the locks of NOR flash. Of an
# eMMC the kernel sets it, and lifts it while force_ro is 0; that of the card itself nobody lifts. The flasher lifts a protection while
# it writes and at no other time. What it lifts is noted before, so that what a killed process left lifted is put back by the next one.

# A file for each device whose protection is lifted, named by the device, for an MTD with a line FROM LENGTH for each of its locked
# ranges; an empty one counts as none, so that a process that ends starts no program, but for an MTD's.
lifted_dir=${state-}/lifted

# find_protection DEVICE: sets protection to none, or to what keeps everybody from writing to the device: force_ro, which can be
# lifted; power-on or permanent, which the card has, until the next power-on or for good; read-only for all else.
find_protection() {
	protection=none
	_sys=/sys/class/block/$1
	read -r _ro <"$_sys/ro"
	_force=
	_lock=
	case $1 in
	mmcblk*boot*)
		# Older kernels end the line with no line feed.
		[ ! -r "$_sys/force_ro" ] || read -r _force <"$_sys/force_ro" || :
		[ ! -r "$_sys/ro_lock_until_next_power_on" ] || read -r _lock <"$_sys/ro_lock_until_next_power_on" || :
		;;
	esac
	case $_lock:$_ro:$_force in
	1:*) protection=power-on ;;
	2:*) protection=permanent ;;
	# Where the card has a protection of its own, the kernel has 0 in force_ro while ro is 1 (drivers/mmc/core/block.c, force_ro_show).
	*:1:1) protection=force_ro ;;
	*:0:*) [ ! -s "$lifted_dir/$1" ] || protection=force_ro ;;
	*) protection=read-only ;;
	esac
}

# lift_protection DEVICE NODE: lets this process write to a boot partition. The caller has entered the lease.
lift_protection() {
	find_protection "$1"
	[ "$protection" = force_ro ] || return 0
	note_lifted "$1" lifted
	echo 0 >"/sys/class/block/$1/force_ro" || :
	read -r _ro <"/sys/class/block/$1/ro"
	[ "$_ro" = 0 ] || refuse TARGET_READ_ONLY "$2 stays read-only after force_ro was opened: the card itself is write-protected"
}

# note_lifted DEVICE TEXT: notes that this process is about to lift the protection of a device.
note_lifted() {
	mkdir -p "$lifted_dir"
	printf '%s\n' "$2" >"$lifted_dir/$1" || fail WRITE_FAILED "there is no room to note that the write protection of /dev/$1 is lifted"
	lifted_by=$lease
}

# protect_again DEVICE: puts back what was lifted of one device.
protect_again() {
	case $1 in
	mtd*)
		while read -r _from _bytes; do
			"$lib/helper" mtd-lock "/dev/$1" "$_from" "$_bytes" >&2 || return 1
		done <"$lifted_dir/$1"
		;;
	*) echo 1 >"/sys/class/block/$1/force_ro" ;;
	esac
}

# restore_protection: puts back what was lifted, by whatever process.
restore_protection() {
	for _lifted in "$lifted_dir"/*; do
		[ -s "$_lifted" ] || continue
		if protect_again "${_lifted##*/}"; then
			: >"$_lifted"
		else
			log "the write protection of ${_lifted##*/} cannot be put back"
		fi
	done
}

# restore_own_protection: the same at the end of a process that lifted it. A writer who has come since may be writing: then it is
# put back by what follows for that one.
restore_own_protection() {
	[ -n "${lifted_by-}" ] || return 0
	exec 8>>"$lease_dir/writing"
	read_lease
	[ "$lease" != "$lifted_by" ] || restore_protection
}
