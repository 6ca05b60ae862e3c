# shellcheck shell=sh
# Reads the variables of UEFI (UEFI 2.10, §3.3), and from which partition the firmware has started this system. Calls flasher/bytes.sh.

efi_variables=/sys/firmware/efi/efivars

# has_efi_variables: succeeds if the kernel shows any.
has_efi_variables() {
	for _file in "$efi_variables"/*; do
		[ -e "$_file" ] && return 0
	done
	return 1
}

# read_efi_variable NAME: sets variable to what is in a variable of the specification, in hex, without its attributes; to nothing where
# there is none.
read_efi_variable() {
	variable=
	_file=$efi_variables/$1-8be4df61-93ca-11d2-aa0d-00e098032b8c
	[ -r "$_file" ] || return 0
	variable=$(to_hex <"$_file")
	variable=${variable#????????}
}

# find_boot_option: sets boot_option to the load option that was started, in hex; to nothing where nothing tells.
find_boot_option() {
	boot_option=
	read_efi_variable BootCurrent
	[ ${#variable} -eq 4 ] || return 0
	read_efi_variable "Boot$(printf '%s%s\n' "${variable#??}" "${variable%??}" | tr a-f A-F)"
	boot_option=$variable
}

# find_boot_partition: sets boot_partition to the GUID, in hex as it is on disk, of the partition that this option names; to nothing
# where it names none. A node of a hard disk begins with its type and length, then come number, start and size (UEFI 2.10, §10.3.5.1).
find_boot_partition() {
	find_boot_option
	boot_partition=
	case $boot_option in
	*04012a00*) boot_partition=$(printf '%s\n' "${boot_option#*04012a00}" | cut -c 41-72) ;;
	esac
}

# has_system_partition DISK: succeeds if firmware may start from a partition of this disk: its GPT or its MBR says so (UEFI 2.10, §5.2.2
# and §5.3.3).
has_system_partition() {
	case $(gpt_digits "$1") in *28732ac11ff8d211ba4b00a0c93ec93b*) return 0 ;; esac
	for _entry in 450 466 482 498; do
		[ "$(hex_at "/dev/$1" "$_entry" 1 2>/dev/null)" != ef ] || return 0 # a drive without a medium
	done
	return 1
}

# gpt_digits DISK: prints the header and the entries of its GPT in hex; nothing where it has none.
gpt_digits() {
	[ "$(hex_at "/dev/$1" 512 8 2>/dev/null)" != 4546492050415254 ] || hex_at "/dev/$1" 512 16896 # EFI PART
}

# uefi_doubt DISK: prints why a rescue that lies on this disk may not be started, a sentence without a stop; nothing where it is.
uefi_doubt() {
	if [ "$(cat /sys/firmware/efi/fw_platform_size)" != 64 ]; then
		echo "its UEFI has 32 bits, and levitate has no boot loader for that"
		return
	fi
	if ! has_efi_variables; then
		echo "its kernel shows no variables of UEFI in $efi_variables, so nobody knows whether Secure Boot is on"
		return
	fi
	read_efi_variable SecureBoot
	if [ "$variable" = 01 ]; then
		echo "Secure Boot is on, with which its firmware does not start levitate's boot loader, because nobody has signed that"
		return
	fi
	find_boot_partition
	if [ -n "$boot_partition" ]; then
		case $(gpt_digits "$1") in *"$boot_partition"*) return ;; esac
	fi
	if ! has_system_partition "$1"; then
		echo "no EFI system partition is on $1, so its firmware does not start from there"
		return
	fi
	for _dir in /sys/block/*/device; do
		_dir=${_dir%/device}
		if [ "${_dir##*/}" = "$1" ] || ! has_system_partition "${_dir##*/}"; then continue; fi
		echo "${_dir##*/} has an EFI system partition as $1 has one, so nobody knows from which of them its firmware starts"
		return
	done
}
