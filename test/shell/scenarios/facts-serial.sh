# shellcheck shell=sh
# The serial number is found wherever the kernel tells it: DMI, the SoC, or /proc/cpuinfo.

# shellcheck source=test/shell/harness.sh
. /harness.sh
mount -t tmpfs sys /sys

# tells SERIAL: the facts have this serial number.
tells() {
	sent remote/facts.sh
	grep -qx "serial=$1" /tmp/out || die "not $1: $(grep serial /tmp/out)"
}

printf 'processor : 0\n' >/tmp/cpuinfo
mount -o bind /tmp/cpuinfo /proc/cpuinfo
tells ''
printf 'Hardware\t: BCM2835\nRevision\t: a02082\nSerial\t\t: 00000000b2c4d6e8\n' >/tmp/cpuinfo
tells 00000000b2c4d6e8
mkdir -p /sys/devices/soc0 /sys/class/dmi/id
echo 0123SOC >/sys/devices/soc0/serial_number
tells 0123SOC
echo >/sys/class/dmi/id/product_serial
echo BOARD7 >/sys/class/dmi/id/board_serial
tells BOARD7
echo ABC123 >/sys/class/dmi/id/product_serial
tells ABC123
pass
