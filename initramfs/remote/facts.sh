# shellcheck shell=sh
# Reports what levitate learns of a running device, as facts. It only reads, and runs in any POSIX sh. The host sends
# these in front of it: login.sh, running.sh, container.sh, stack.sh, of takeover/ report.sh, init-system.sh, inject.sh, inits/,
# login-route.sh and login-keys.sh, and lib/memory.sh. LEVITATE_INITS names the init systems, in the order of asking.

# b PROGRAM ARGUMENT...: runs a program of the device; in takeover/ it runs an applet of the staged busybox.
b() {
	"$@"
}

# value FILE: prints the first word of the file.
value() {
	read -r _value _ <"$1" && printf '%s\n' "$_value"
} 2>/dev/null

# readable FILE: prints the first line of the file without NULs, or nothing.
readable() {
	if [ -r "$1" ]; then
		tr '\0' '\n' <"$1" | head -n 1
	fi
}

report_running
_uid=$(user_id)
fact uid "$_uid"
fact machine "$(uname -m)"
# On MIPS that is one name for both byte orders; EI_DATA tells which one it is (ELF header, byte 5).
case $(dd if=/proc/self/exe bs=1 skip=5 count=1 2>/dev/null | tr '\001\002' '12') in # dd's statistics
1) fact byte-order little ;;
2) fact byte-order big ;;
esac
fact kernel "$(uname -r)"
fact hostname "$(uname -n)"
container_signs | lines container
fact ssh-connection "${SSH_CONNECTION-}"
report_login_route
[ "$_uid" != 0 ] || report_keys
fact memtotal-kib "$(awk '$1 == "MemTotal:" { print $2 }' /proc/meminfo)"
fact memavailable-kib "$(memory_kib)"

# The names of the device come from the device tree, DMI, and board.json of OpenWrt.
if [ -r /proc/device-tree/compatible ]; then
	tr '\0' '\n' </proc/device-tree/compatible | lines compatible
fi
readable /sys/class/dmi/id/product_name | lines compatible
if [ -r /etc/board.json ]; then
	sed -n 's/.*"id": *"\([^"]*\)".*/\1/p' /etc/board.json | head -n 1 | lines compatible
fi

# What a person knows it by. Only root may read the serial number in DMI.
for _file in /proc/device-tree/model /sys/class/dmi/id/product_name; do
	_model=$(readable "$_file")
	[ -z "$_model" ] || break
done
fact model "$_model"
for _file in /proc/device-tree/serial-number /sys/class/dmi/id/product_serial /sys/class/dmi/id/board_serial \
	/sys/devices/soc0/serial_number; do
	_serial=$(readable "$_file" 2>/dev/null)
	[ -z "$_serial" ] || break
done
# Older kernels of some boards tell it there alone.
[ -n "$_serial" ] || _serial=$(sed -n 's/^Serial[[:space:]]*: *//p' /proc/cpuinfo | head -n 1)
fact serial "$_serial"
[ ! -r /etc/os-release ] || sed -n 's/^PRETTY_NAME=["'\'']*\([^"'\'']*\).*/\1/p' /etc/os-release | head -n 1 | lines system

fact init-program "$(readlink /proc/1/exe)"
# shellcheck disable=SC2086
_init=$(detect_init $LEVITATE_INITS)
fact init "${_init:-unknown}"
if [ -n "$_init" ] && [ "$_uid" = 0 ]; then
	_root=$(init_call "$_init" root 2>&1) || {
		printf '%s\n' "$_root" | lines init-refusal
		_root=
	}
	fact init-root "$_root"
	"${_init}_refusal" 2>&1 | lines init-refusal
	! command -v "${_init}_method" >/dev/null || "${_init}_method" | lines init-method
	if [ -n "$_root" ] && init_call "$_init" armed "$_root"; then
		fact armed yes
	else
		fact armed no
	fi
	if [ -n "$_root" ] && [ -e "$_root/etc/levitate/entry.conf" ]; then
		fact staged yes
	fi
fi

# The features of the kernel that the maintenance root needs.
fact filesystems "$(awk '{ printf "%s ", $NF }' /proc/filesystems)"
if [ -r /proc/modules ]; then
	fact module-support yes
	fact modules "$(awk '{ printf "%s ", $1 }' /proc/modules)"
fi
fact modules-disabled "$(readable /proc/sys/kernel/modules_disabled)"
case $(readable /sys/kernel/security/lockdown) in
*'[integrity]'* | *'[confidentiality]'*) fact modules-signed Y ;;
*) fact modules-signed "$(readable /sys/module/module/parameters/sig_enforce)" ;;
esac
! command -v modprobe >/dev/null || fact modprobe yes
[ ! -e /proc/net/packet ] || fact packet-sockets yes
[ ! -d /sys/class/ubi ] || fact ubi-support yes
! grep -q '^ *90 mtd$' /proc/devices || fact mtd-nodes yes

awk '{ print $1 " " $2 " " $3 }' /proc/mounts | lines mount
[ ! -r /proc/swaps ] || awk 'NR > 1 { print $1 }' /proc/swaps | lines swap
for _tool in mount umount awk sed tr; do
	command -v "$_tool" >/dev/null || fact missing "$_tool"
done
if [ -r /proc/mtd ]; then
	sed -n 's/^\(mtd[0-9]*\): \([0-9a-f]*\) \([0-9a-f]*\) "\(.*\)"$/\1 \2 \3 \4/p' /proc/mtd | lines mtd
fi
for _dir in /sys/class/ubi/ubi*_*; do
	# A volume that is removed meanwhile leaves no fact.
	if IFS= read -r _name <"$_dir/name" && read -r _blocks <"$_dir/reserved_ebs" && read -r _size <"$_dir/usable_eb_size"; then
		fact ubi-volume "${_dir##*/} $_blocks $_size $_name"
	fi
done 2>/dev/null
for _dir in /sys/class/block/*; do
	! _size=$(value "$_dir/size") || fact block "${_dir##*/} $_size"
done
report_stack
for _dir in /sys/class/watchdog/watchdog*; do
	[ -e "$_dir" ] || continue
	fact watchdog "${_dir##*/} $(readable "$_dir/state") $(readable "$_dir/timeout") $(readable "$_dir/nowayout") $(readable "$_dir/identity")"
done
# A process that has a watchdog open feeds it. The number of the device counts, not the name of the node: sysfs tells the
# number of each, and 10:130 is the old node of the first one (kernel doc devices.txt). Processes may end meanwhile.
{
	for _dir in /sys/class/watchdog/watchdog*; do
		[ ! -r "$_dir/dev" ] || echo "number $(cat "$_dir/dev") ${_dir##*/}"
	done
	_dog=watchdog
	[ ! -e /sys/class/watchdog/watchdog0 ] || _dog=watchdog0
	echo "number 10:130 $_dog"
	ls -lL /proc/[0-9]*/fd 2>/dev/null
} | awk '
	$1 == "number" { dog[$2] = $3 }
	/^\/proc\// { split($0, part, "/"); pid = part[3] }
	/^c/ && match($0, /[0-9]+, *[0-9]+ /) {
		number = substr($0, RSTART, RLENGTH - 1)
		sub(/, */, ":", number)
		if (number in dog) print dog[number], pid
	}' | sort -u | while read -r _dog _pid; do
	fact watchdog-feeder "$_dog $_pid $(readable "/proc/$_pid/comm")"
done
if [ -r /usr/lib/levitate/archive.sha256 ]; then
	fact installed "$(readable /usr/lib/levitate/archive.sha256)"
	fact installed-size "$(readable /usr/lib/levitate/archive.size)"
	fact installed-profile "$(tr -d '\n' </usr/lib/levitate/profile.json)"
	[ ! -r /usr/lib/levitate/modules ] || lines installed-module </usr/lib/levitate/modules
fi
# Earlier kernels may have left the records of their programs and their console in memory that outlives them (kernel doc
# admin-guide/ramoops); systemd moves both away. The newest record counts, which is not always of the boot just before.
# Where pstore is mounted nowhere, it is mounted for a moment.
_mounted=
if [ "$_uid" = 0 ] && [ -d /sys/fs/pstore ] && ! grep -q ' /sys/fs/pstore ' /proc/mounts; then
	! mount -t pstore pstore /sys/fs/pstore || _mounted=yes
fi
_words=$(for _record in /sys/fs/pstore/pmsg-* /sys/fs/pstore/console-* /sys/fs/pstore/dmesg-* /var/lib/systemd/pstore/* \
	/var/lib/systemd/pstore/*/* /var/lib/systemd/pstore/*/*/*; do
	[ ! -f "$_record" ] || sed -n 's/.*levitate: \(.*\) \[entry \([^ ]*\) at \([0-9]*\)\].*/\3 \2 \1/p' "$_record"
done | sort -n | tail -n 1)
if [ -n "$_words" ]; then
	_said=${_words%% *}
	_now=$(date +%s)
	# A clock that is not set yet tells no age.
	_age=-
	[ "$_now" -lt "$_said" ] || _age=$((_now - _said))
	fact reboot-reason "$_age ${_words#* }"
fi
[ -z "$_mounted" ] || umount /sys/fs/pstore
fact end yes
