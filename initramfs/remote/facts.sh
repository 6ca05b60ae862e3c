# shellcheck shell=sh
# Reports what levitate learns of a running device, as facts. It only reads, and runs in any POSIX sh. The host sends
# these in front of it: login.sh, running.sh, container.sh, stack.sh, rescue.sh, of takeover/ report.sh, init-system.sh, inject.sh,
# inits/, login-route.sh and login-keys.sh, of lib/ memory.sh, read-file.sh, rescue-parts.sh and efi-variables.sh, and flasher/bytes.sh. LEVITATE_INITS names the init systems, in the order of asking.

# What is sent in front calls the programs of the device; in takeover/ that is the staged busybox.
# shellcheck disable=SC2034
b=

report_running
read_uid
fact uid "$uid"
# Whatever the order of the options is, the words come in this one (POSIX, uname).
_names=$(uname -n -r -m)
_machine=${_names##* }
fact machine "$_machine"
# On MIPS that is one name for both byte orders; EI_DATA tells which one it is (ELF header, byte 5).
case $(dd if=/proc/self/exe bs=1 skip=5 count=1 2>/dev/null | tr '\001\002' '12') in # dd's statistics
1) fact byte-order little ;;
2) fact byte-order big ;;
esac
_names=${_names% *}
_kernel=${_names##* }
fact kernel "$_kernel"
fact hostname "${_names% *}"
report_container "$uid" "$_kernel"
fact ssh-connection "${SSH_CONNECTION-}"
report_login_route
[ "$uid" != 0 ] || report_keys
fact memtotal-kib "$(awk '$1 == "MemTotal:" { print $2 }' /proc/meminfo)"
fact memavailable-kib "$(memory_kib)"

# The names of the device come from OpenWrt, by what its sysupgrade knows it, the device tree, DMI, and OpenWrt's board.json.
if [ -r /tmp/sysinfo/board_name ]; then
	read_line /tmp/sysinfo/board_name
	[ -z "$line" ] || fact compatible "$line"
fi
if [ -r /proc/device-tree/compatible ]; then
	fact_lines compatible "$(tr '\0' '\n' </proc/device-tree/compatible)"
fi
if [ -r /sys/class/dmi/id/product_name ]; then
	read_line /sys/class/dmi/id/product_name
	fact compatible "$line"
fi
if [ -r /etc/board.json ]; then
	fact_lines compatible "$(sed -n '/"id": *"/{s/.*"id": *"\([^"]*\)".*/\1/p;q;}' /etc/board.json)"
fi

# OpenWrt's settings say which images they fit; without a word they are those of the first.
if [ -r /etc/config/system ] && [ -r /etc/openwrt_release ]; then
	_version=$(sed -n "/^[ \t]*option[ \t][ \t]*compat_version[ \t]/{s/^[ \t]*option[ \t]*compat_version[ \t]*['\"]*\([0-9.]*\).*/\1/p;q;}" /etc/config/system)
	fact compat-version "${_version:-1.0}"
fi

# What a person knows it by. Only root may read the serial number in DMI.
for _file in /proc/device-tree/model /sys/class/dmi/id/product_name; do
	read_line "$_file"
	[ -z "$line" ] || break
done
fact model "$line"
for _file in /proc/device-tree/serial-number /sys/class/dmi/id/product_serial /sys/class/dmi/id/board_serial \
	/sys/devices/soc0/serial_number; do
	read_line "$_file" 2>/dev/null
	[ -z "$line" ] || break
done
# Older kernels of some boards tell it there alone.
[ -n "$line" ] || line=$(sed -n '/^Serial[[:space:]]*:/{s/^Serial[[:space:]]*: *//p;q;}' /proc/cpuinfo)
fact serial "$line"
[ ! -r /etc/os-release ] ||
	fact_lines system "$(sed -n '/^PRETTY_NAME=/{s/^PRETTY_NAME=["'\'']*\([^"'\'']*\).*/\1/p;q;}' /etc/os-release)"

fact init-program "$(readlink /proc/1/exe)"
# shellcheck disable=SC2086
detect_init $LEVITATE_INITS || :
fact init "${init_system:-unknown}"
if [ -n "$init_system" ] && [ "$uid" = 0 ]; then
	! command -v "${init_system}_look" >/dev/null || "${init_system}_look"
	_root=$(init_call "$init_system" root 2>&1) || {
		fact_lines init-refusal "$_root"
		_root=
	}
	fact init-root "$_root"
	fact_lines init-refusal "$("${init_system}_refusal" 2>&1)"
	! command -v "${init_system}_method" >/dev/null || fact_lines init-method "$("${init_system}_method")"
	if [ -n "$_root" ] && init_call "$init_system" armed "$_root"; then
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
read_line /proc/sys/kernel/modules_disabled
fact modules-disabled "$line"
read_line /sys/kernel/security/lockdown
case $line in
*'[integrity]'* | *'[confidentiality]'*) fact modules-signed Y ;;
*)
	read_line /sys/module/module/parameters/sig_enforce
	fact modules-signed "$line"
	;;
esac
! command -v modprobe >/dev/null || fact modprobe yes
[ ! -e /proc/net/packet ] || fact packet-sockets yes
[ ! -d /sys/class/ubi ] || fact ubi-support yes
! grep -q '^ *90 mtd$' /proc/devices || fact mtd-nodes yes

_mounts=$(awk '{ print $1 " " $2 " " $3 }' /proc/mounts)
fact_lines mount "$_mounts"
[ ! -r /proc/swaps ] || fact_lines swap "$(awk 'NR > 1 { print $1 }' /proc/swaps)"
for _tool in mount umount awk sed tr; do
	command -v "$_tool" >/dev/null || fact missing "$_tool"
done
if [ -r /proc/mtd ]; then
	fact_lines mtd "$(sed -n 's/^\(mtd[0-9]*\): \([0-9a-f]*\) \([0-9a-f]*\) "\(.*\)"$/\1 \2 \3 \4/p' /proc/mtd)"
fi
for _dir in /sys/class/ubi/ubi*_*; do
	# A volume that is removed meanwhile leaves no fact.
	if IFS= read -r _name <"$_dir/name" && read -r _blocks <"$_dir/reserved_ebs" && read -r _size <"$_dir/usable_eb_size"; then
		fact ubi-volume "${_dir##*/} $_blocks $_size $_name"
	fi
done 2>/dev/null
for _dir in /sys/class/block/*; do
	! read_value "$_dir/size" || fact block "${_dir##*/} $value"
done
report_stack
[ "$uid" != 0 ] || report_rescue "$_machine" "$_kernel"
# The number of the device counts below, not the name of the node: sysfs tells the number of each, and 10:130 is the old node
# of the first one (kernel doc devices.txt).
_numbers=
_dog=watchdog
for _dir in /sys/class/watchdog/watchdog*; do
	[ -e "$_dir" ] || continue
	_watchdog=${_dir##*/}
	for _attribute in state timeout nowayout identity; do
		read_line "$_dir/$_attribute"
		_watchdog="$_watchdog $line"
	done
	fact watchdog "$_watchdog"
	read_line "$_dir/dev"
	_numbers="$_numbers $line=${_dir##*/}"
	[ "${_dir##*/}" != watchdog0 ] || _dog=watchdog0
done
# A process that has a watchdog open feeds it. Processes may end meanwhile.
for _feeder in $(ls -lL /proc/[0-9]*/fd 2>/dev/null | awk -v numbers="$_numbers 10:130=$_dog" '
	BEGIN {
		count = split(numbers, each, " ")
		for (i = 1; i <= count; i++) {
			split(each[i], of, "=")
			dog[of[1]] = of[2]
		}
	}
	/^\/proc\// { split($0, part, "/"); pid = part[3] }
	/^c/ && match($0, /[0-9]+, *[0-9]+ /) {
		number = substr($0, RSTART, RLENGTH - 1)
		sub(/, */, ":", number)
		if (number in dog && !seen[number, pid]++) print dog[number] "/" pid
	}'); do
	read_line "/proc/${_feeder#*/}/comm"
	fact watchdog-feeder "${_feeder%/*} ${_feeder#*/} $line"
done
if [ -r /usr/lib/levitate/archive.sha256 ]; then
	read_line /usr/lib/levitate/archive.sha256
	fact installed "$line"
	read_line /usr/lib/levitate/archive.size
	fact installed-size "$line"
	fact installed-profile "$(tr -d '\n' </usr/lib/levitate/profile.json)"
	[ ! -r /usr/lib/levitate/modules ] || lines installed-module </usr/lib/levitate/modules
fi
# Earlier kernels may have left the records of their programs and their console in memory that outlives them (kernel doc
# admin-guide/ramoops); systemd moves both away. The newest record counts, which is not always of the boot just before.
# Where pstore is mounted nowhere, it is mounted for a moment.
_mounted=
if [ "$uid" = 0 ] && [ -d /sys/fs/pstore ]; then
	case $_mounts in
	*' /sys/fs/pstore '*) ;;
	*) ! mount -t pstore pstore /sys/fs/pstore || _mounted=yes ;;
	esac
fi
set --
for _record in /sys/fs/pstore/pmsg-* /sys/fs/pstore/console-* /sys/fs/pstore/dmesg-* /var/lib/systemd/pstore/* \
	/var/lib/systemd/pstore/*/* /var/lib/systemd/pstore/*/*/*; do
	[ ! -f "$_record" ] || set -- "$@" "$_record"
done
_words=
[ $# -eq 0 ] ||
	_words=$(sed -n 's/.*levitate: \(.*\) \[entry \([^ ]*\) at \([0-9]*\)\].*/\3 \2 \1/p' "$@" | sort -n | tail -n 1)
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
