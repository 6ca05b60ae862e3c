# shellcheck shell=sh
# Finds what a rescue of this device is made of, in its own system: the kernel that runs, as its boot loader has it, and the
# modules and firmware that drive its disk and its network cards. It only reads. Calls flasher/bytes.sh, and lib/efi-variables.sh where
# the system was started by UEFI.

# find_rescue_disk: sets rescue_disk to the disk, as sysfs names it, that the root file system lies on; to nothing where that is no
# partition of a disk.
find_rescue_disk() {
	rescue_disk=
	_number=$(awk '$5 == "/" { number = $3 } END { print number }' /proc/self/mountinfo)
	_dir=$(readlink -f "/sys/dev/block/$_number") || return 0
	[ -e "$_dir/partition" ] || return 0
	_dir=${_dir%/*}
	rescue_disk=${_dir##*/}
}

# find_firmware: sets firmware to what has started this system, uefi or bios.
find_firmware() {
	firmware=bios
	[ ! -d /sys/firmware/efi ] || firmware=uefi
}

# has_grub DISK: succeeds if its first sector is GRUB's boot.img, which has this word for its messages.
has_grub() {
	dd if="/dev/$1" bs=440 count=1 2>/dev/null | grep -q GRUB # dd's statistics; a drive without a medium
}

# find_rescue_kernel RELEASE: sets rescue_kernel to the file of the kernel of this release, or to nothing. BOOT_IMAGE is what GRUB
# has started, by GRUB's own name for it.
find_rescue_kernel() {
	rescue_kernel=
	_booted=
	read -r _words </proc/cmdline
	for _word in $_words; do
		case $_word in BOOT_IMAGE=*) _booted=${_word#BOOT_IMAGE=} ;; esac
	done
	_booted=${_booted#"("*")"}
	for _file in "/boot/vmlinuz-$1" "$_booted" "/boot$_booted" "/lib/modules/$1/vmlinuz" /boot/vmlinuz /boot/Image \
		/boot/*/"$1"/linux /efi/*/"$1"/linux /boot/efi/*/"$1"/linux; do
		if [ -f "$_file" ] && is_kernel_of "$_file" "$1"; then
			rescue_kernel=$_file
			return
		fi
	done
}

# is_kernel_of FILE RELEASE: succeeds for a bzImage or an arm64 Image that says so of itself (kernel doc arch/x86/boot, kernel_version;
# arch/arm64/booting), and that firmware can start where this system was started by UEFI: it is a PE program then.
is_kernel_of() {
	find_firmware
	[ "$firmware" = bios ] || [ "$(unpacked_kernel "$1" | head -c 2)" = MZ ] || return 1
	if [ "$(unpacked_kernel "$1" | head -c 60 | tail -c 4)" = ARMd ]; then
		unpacked_kernel "$1" | grep -qF "Linux version $2 ("
		return
	fi
	[ "$(hex_at "$1" 514 4)" = 48647253 ] || return 1 # HdrS
	_at=$(number_at "$1" 526 2)
	_said=$(dd if="$1" bs=1 skip=$((_at + 512)) count=128 2>/dev/null | tr '\000' '\n' | head -n 1) # dd's statistics
	[ "${_said%% *}" = "$2" ]
}

# unpacked_kernel FILE: prints a kernel as it is started. Image.gz is none that firmware starts.
unpacked_kernel() {
	if [ "$(hex_at "$1" 0 2)" = 1f8b ]; then gzip -dc "$1"; else cat "$1"; fi 2>/dev/null # whoever reads only its beginning
}

# rescue_drivers DISK: prints the modules that drive the disk and the wired network cards, with all that these are connected by,
# and those of bridges and the like that are loaded.
rescue_drivers() {
	for _dir in "/sys/class/block/$1/device" /sys/class/net/*/device /sys/class/net/*/phydev; do
		if [ ! -e "$_dir" ] || [ -e "${_dir%/*}/phy80211" ]; then continue; fi
		_dir=$(readlink -f "$_dir")
		while [ "$_dir" != "${_dir#/sys/devices/}" ]; do
			[ ! -e "$_dir/driver/module" ] || basename "$(readlink -f "$_dir/driver/module")"
			_dir=${_dir%/*}
		done
	done
	for _name in bridge bonding 8021q; do
		[ ! -e "/sys/module/$_name/refcnt" ] || echo "$_name"
	done
}

# has_wired_card: succeeds if one of the network interfaces is a real device without radio.
has_wired_card() {
	for _dir in /sys/class/net/*/device; do
		if [ -e "$_dir" ] && [ ! -e "${_dir%/*}/phy80211" ]; then return 0; fi
	done
	return 1
}

# rescue_modules DISK: prints the files of these modules, each after those that it depends on.
rescue_modules() {
	for _driver in $(rescue_drivers "$1"); do
		modprobe -D "$_driver"
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

# rescue_firmware: prints the files of firmware that the modules whose files come on standard input may ask for, and that are here.
rescue_firmware() {
	while read -r _module; do
		command modinfo -F firmware "$_module"
	done | while read -r _name; do
		for _file in "/lib/firmware/$_name" "/lib/firmware/$_name.xz" "/lib/firmware/$_name.zst"; do
			[ ! -f "$_file" ] || printf '%s\n' "$_file"
		done
	done
}

# unpacked_module FILE: prints a module uncompressed, as insmod takes it. The device has the program for that.
unpacked_module() {
	case $1 in
	*.gz) gzip -dc "$1" ;;
	*.xz) xz -dc "$1" ;;
	*.zst) zstd -dc "$1" ;;
	*) cat "$1" ;;
	esac
}
