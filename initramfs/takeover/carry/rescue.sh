# shellcheck shell=sh
# Carries into the staged root what a rescue is made of (flasher/rescue.sh): the kernel, modules, firmware, the words of its command
# line, and the names of the network cards. Calls lib/rescue-parts.sh and lib/efi-variables.sh. $b is the staged busybox.

# carry_rescue ROOT: fails where something of it cannot be had.
carry_rescue() {
	_into=$1/usr/lib/levitate/rescue
	$b mkdir -p "$_into/modules"
	find_rescue_disk
	[ -n "$rescue_disk" ] || return 1
	# A kernel that a person gave is there already.
	if [ ! -e "$_into/kernel" ]; then
		find_rescue_kernel "$($b uname -r)"
		[ -n "$rescue_kernel" ] || return 1
		unpacked_kernel "$rescue_kernel" >"$_into/kernel" || return 1
	fi
	find_firmware
	boot_option=
	[ "$firmware" = bios ] || find_boot_option
	printf '%s\n' "$firmware" >"$_into/started-by"
	printf '%s\n' "$boot_option" >"$_into/boot-option"
	printf '%s\n' "$rescue_disk" >"$_into/disk"
	rescue_modules "$rescue_disk" >"$_into/files"
	_nth=100
	while read -r _file; do
		_nth=$((_nth + 1))
		_name=${_file##*/}
		unpacked_module "$_file" >"$_into/modules/$_nth-${_name%%.ko*}.ko" || return 1
	done <"$_into/files"
	rescue_firmware <"$_into/files" >"$_into/firmware"
	while IFS= read -r _file; do
		$b mkdir -p "$1/usr$($b dirname "$_file")"
		$b cp "$_file" "$1/usr$_file" || return 1
	done <"$_into/firmware"
	# What names the root, the boot and the looks of the old system is not for this one.
	read -r _words </proc/cmdline
	_kept=
	for _word in $_words; do
		case $_word in
		*[!A-Za-z0-9._,:=/@+-]*) ;;
		root=* | rootfstype=* | rootflags=* | rootwait | ro | rw | init=* | rdinit=* | initrd=* | BOOT_IMAGE=* | resume=* | \
			quiet | splash | panic=* | crashkernel=* | systemd.* | rd.* | levitate.*) ;;
		*) _kept="$_kept${_kept:+ }$_word" ;;
		esac
	done
	printf '%s\n' "$_kept" >"$_into/words"
	for _dir in /sys/class/net/*/device; do
		[ -e "$_dir" ] || continue
		_dir=${_dir%/device}
		printf '%s %s\n' "$($b cat "$_dir/address")" "${_dir##*/}"
	done >"$_into/interfaces"
}
