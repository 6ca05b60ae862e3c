# shellcheck shell=sh
# Reports what a rescue of this device would be made of, or why it can have none. Calls lib/rescue-parts.sh and flasher/bytes.sh.

# report_rescue MACHINE RELEASE
report_rescue() {
	case $1 in
	x86_64 | i?86) ;;
	*)
		fact rescue-refusal "it is no PC with a BIOS, and levitate makes rescues for these alone"
		return
		;;
	esac
	if [ -d /sys/firmware/efi ]; then
		fact rescue-refusal "it starts by UEFI, and levitate makes rescues for the BIOS of a PC alone"
		return
	fi
	find_rescue_disk
	if [ -z "$rescue_disk" ]; then
		fact rescue-refusal "its root file system is not on a partition of a disk"
		return
	fi
	if ! has_grub "$rescue_disk"; then
		fact rescue-refusal "no boot sector of GRUB is on $rescue_disk, so nobody knows whether its BIOS starts from there"
		return
	fi
	for _dir in /sys/block/*/device; do
		_dir=${_dir%/device}
		if [ "${_dir##*/}" = "$rescue_disk" ] || ! has_grub "${_dir##*/}"; then continue; fi
		fact rescue-refusal "${_dir##*/} has a boot sector of GRUB as $rescue_disk has one, so nobody knows from which of them its BIOS starts"
		return
	done
	find_rescue_kernel "$2"
	if [ -z "$rescue_kernel" ]; then
		fact rescue-refusal "the file of its kernel $2 is neither in /boot nor where its boot loader took it from"
		return
	fi
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
	fact rescue-disk "$rescue_disk"
	fact rescue-kernel "$(wc -c <"$rescue_kernel") $rescue_kernel"
	fact rescue-bytes "$_bytes"
}
