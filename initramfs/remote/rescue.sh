# shellcheck shell=sh
# Reports what a rescue of this device would be made of, or why it can have none. Calls lib/rescue-parts.sh, lib/efi-variables.sh
# and flasher/bytes.sh.

# report_rescue MACHINE RELEASE
report_rescue() {
	find_firmware
	case $firmware-$1 in
	bios-x86_64 | bios-i?86 | uefi-x86_64 | uefi-aarch64) ;;
	*)
		fact rescue-refusal "levitate makes rescues for the BIOS of a PC and for UEFI on x86_64 and aarch64 alone"
		return
		;;
	esac
	find_rescue_disk
	if [ -z "$rescue_disk" ]; then
		fact rescue-refusal "its root file system is not on a partition of a disk"
		return
	fi
	_doubt=$("${firmware}_doubt" "$rescue_disk")
	if [ -n "$_doubt" ]; then
		fact rescue-refusal "$_doubt"
		return
	fi
	# Where it has no file of its own, a person may give it.
	find_rescue_kernel "$2"
	if ! command -v modprobe >/dev/null || ! command -v modinfo >/dev/null; then
		fact rescue-refusal "it has no modprobe and modinfo to tell the modules of its disk and its network card"
		return
	fi
	_drivers=$(rescue_drivers "$rescue_disk")
	for _driver in $_drivers; do
		if ! modprobe -D "$_driver" >/dev/null 2>&1; then
			fact rescue-refusal "its modprobe does not tell what $_driver consists of, which drives its disk or its network card"
			return
		fi
	done
	if ! has_wired_card; then
		fact rescue-refusal "it has no wired network card"
		return
	fi
	_modules=$(rescue_modules "$rescue_disk")
	_bytes=0
	for _module in $_modules; do
		_unpacked=$(unpacked_module "$_module" 2>/dev/null | wc -c) # why not is said below
		if [ "$_unpacked" -eq 0 ]; then
			fact rescue-refusal "its kernel module $_module cannot be unpacked there"
			return
		fi
		_bytes=$((_bytes + _unpacked))
	done
	_unpacked=$(printf '%s\n' "$_modules" | rescue_firmware | while IFS= read -r _file; do
		cat "$_file"
	done | wc -c)
	_bytes=$((_bytes + _unpacked))
	fact rescue-firmware "$firmware"
	fact rescue-disk "$rescue_disk"
	_kernel_bytes=0
	[ -z "$rescue_kernel" ] || _kernel_bytes=$(unpacked_kernel "$rescue_kernel" | wc -c)
	fact rescue-kernel "$_kernel_bytes $rescue_kernel"
	fact rescue-bytes "$_bytes"
}

# bios_doubt DISK: prints why a rescue that lies on this disk may not be started, a sentence without a stop; nothing where it is.
bios_doubt() {
	if ! has_grub "$1"; then
		echo "no boot sector of GRUB is on $1, so nobody knows whether its BIOS starts from there"
		return
	fi
	for _dir in /sys/block/*/device; do
		_dir=${_dir%/device}
		if [ "${_dir##*/}" = "$1" ] || ! has_grub "${_dir##*/}"; then continue; fi
		echo "${_dir##*/} has a boot sector of GRUB as $1 has one, so nobody knows from which of them its BIOS starts"
		return
	done
}
