# shellcheck shell=sh
# A place that is a variable of UEFI: its name and its vendor, as efivarfs calls it, or "numbers" for the numbers of all boot
# entries. Of a variable that is not there nothing lies in the place, and nothing written there removes it.

variables=/sys/firmware/efi/efivars

# find_variable NAME: sets file, and mounts efivarfs where it is not mounted.
find_variable() {
	[ -d /sys/firmware/efi ] ||
		unknown "this system was not started by UEFI, or its kernel has no word of that: there is no /sys/firmware/efi"
	if ! grep -q "^[^ ]* $variables efivarfs " /proc/mounts; then
		variables=$work/place
		mkdir "$variables"
		mount -t efivarfs efivarfs "$variables" 2>/dev/null ||
			unknown "efivarfs cannot be mounted: this kernel lacks it, or the firmware keeps no variables for a running system"
	fi
	file=$variables/$1
}

# read_variable: copies the variable.
read_variable() {
	case $file in
	*/numbers)
		for _entry in "$variables"/Boot[0-9A-F][0-9A-F][0-9A-F][0-9A-F]-*; do
			[ ! -e "$_entry" ] || printf '%.4s\n' "${_entry##*/Boot}"
		done >"$work/is"
		;;
	*) if [ -e "$file" ]; then cat "$file" >"$work/is"; else : >"$work/is"; fi ;;
	esac
}

# write_variable: sets the variable by the one write that efivarfs takes, or removes it.
write_variable() {
	_was=$(sed -n "s|^[^ ]* $variables efivarfs \([^ ,]*\).*|\1|p" /proc/mounts)
	if [ "$_was" = ro ]; then
		mount -o remount,rw "$variables" 2>/dev/null ||
			unknown "the firmware takes no variables from a running system: efivarfs cannot be made writable"
	fi
	# The kernel keeps those from being removed by mistake that it does not know for harmless (efivarfs, FS_IMMUTABLE_FL).
	if [ -e "$file" ] && command -v chattr >/dev/null; then
		chattr -i "$file" 2>/dev/null || :
	fi
	_status=0
	if [ -s "$work/new" ]; then
		dd if="$work/new" of="$file" bs=65536 count=1 2>"$work/said" || _status=1
	elif [ -e "$file" ]; then
		rm "$file" || _status=1
	fi
	if [ "$_was" = ro ]; then
		mount -o remount,ro "$variables" || :
	fi
	[ "$_status" -eq 0 ] || ! grep -qi 'no space' "$work/said" 2>/dev/null ||
		unknown "the firmware has no room for ${file##*/}: its NVRAM is full"
	return "$_status"
}

# leave_variable: unmounts what find_variable has mounted.
leave_variable() {
	[ "$variables" = "$work/place" ] || return 0
	umount "$variables"
	rmdir "$variables"
	variables=/sys/firmware/efi/efivars
}
