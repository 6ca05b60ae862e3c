# shellcheck shell=sh
# Where nobody knows that the firmware of a machine with UEFI starts a rescue, the reason is told: Secure Boot, another disk, no variables.
# shellcheck source=test/shell/harness.sh
. /harness.sh
# shellcheck source=initramfs/root/usr/lib/levitate/flasher/bytes.sh
. "$lib/flasher/bytes.sh"
# shellcheck source=initramfs/root/usr/lib/levitate/lib/efi-variables.sh
. "$lib/lib/efi-variables.sh"
mkdir -p /sys
mount -t tmpfs sys /sys
mkdir -p /sys/firmware/efi/efivars /sys/block/sda/device /sys/block/sdb/device
echo 64 >/sys/firmware/efi/fw_platform_size
mount -t tmpfs dev /dev
global=8be4df61-93ca-11d2-aa0d-00e098032b8c
# put FILE OFFSET TEXT: writes these bytes, given as octal numbers.
put() {
	printf '%b' "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
# doubts TEXT: sda is refused with this; without TEXT it is not refused.
doubts() {
	uefi_doubt sda >/tmp/out
	if [ $# -eq 0 ]; then
		[ ! -s /tmp/out ] || die "it doubts: $(cat /tmp/out)"
		return
	fi
	says "$1"
}
esp='\050\0163\052\0301\037\0370\0322\021\0272\0113\0\0240\0311\076\0311\073'
for disk in sda sdb; do
	truncate -s 65536 "/dev/$disk"
	put "/dev/$disk" 512 'EFI PART'
done
doubts 'shows no variables of UEFI'
put "$efi_variables/SecureBoot-$global" 0 '\06\0\0\0\01'
doubts 'Secure Boot is on'
put "$efi_variables/SecureBoot-$global" 0 '\06\0\0\0\0'
doubts 'no EFI system partition is on sda'
put /dev/sda 1024 "$esp"
doubts
put /dev/sdb 450 '\0357'
doubts 'sdb has an EFI system partition as sda has one'
# What the firmware says of itself counts more.
put "$efi_variables/BootCurrent-$global" 0 '\07\0\0\0\03\0'
put "$efi_variables/Boot0003-$global" 0 '\07\0\0\0\01\0\0\0\056\0\0\0\04\01\052\0\01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0ABCDEFGHIJKLMNOP\02\02\0177\0377\04\0'
doubts 'sdb has an EFI system partition'
put /dev/sda 1040 ABCDEFGHIJKLMNOP
doubts
echo 32 >/sys/firmware/efi/fw_platform_size
doubts 'its UEFI has 32 bits'
pass
