# shellcheck shell=sh
# Any other init: kexec(8). The device's own kernel is started anew with the maintenance root as its initramfs, and with
# the modules that are loaded now, in their order. This file is asked last, because it does not look at the init at all.
# Arming loads the kernel, so that a kernel that cannot be loaded is known before anything ends.

kexec_detect() {
	command -v kexec >/dev/null && [ -e /sys/kernel/kexec_loaded ] && kexec_kernel >/dev/null
}

# kexec_kernel: prints the path of the image of the running kernel.
kexec_kernel() {
	for _image in "/boot/vmlinuz-$(uname -r)" "/boot/Image-$(uname -r)" "/boot/zImage-$(uname -r)" "/lib/modules/$(uname -r)/vmlinuz"; do
		if [ -r "$_image" ]; then
			echo "$_image"
			return
		fi
	done
	return 1
}

kexec_refusal() {
	if [ "$(cat /proc/sys/kernel/kexec_load_disabled)" = 1 ]; then
		echo "this kernel refuses to load another one (kernel.kexec_load_disabled is 1)"
	fi
	if [ "$(cat /sys/kernel/kexec_loaded)" = 1 ] && [ ! -e /run/levitate-root/run/takeover/armed ]; then
		echo "a kernel is loaded for kexec already, by somebody else"
	fi
}

# kexec_modules ROOT: copies the files of the loaded modules into the root, oldest first; /proc/modules has the newest on
# top.
kexec_modules() {
	mkdir -p "$1/usr/lib/levitate/modules"
	"$1/usr/bin/busybox" tac /proc/modules | while read -r _module _; do
		# A module's file may have dashes where its name has underscores.
		_pattern=$(echo "$_module" | "$1/usr/bin/busybox" sed 's/_/[-_]/g')
		# A module that came with the archive, and that the rehearsal loaded, may be in the root alone; find complains of a
		# folder that is missing.
		_file=$(find "/lib/modules/$(uname -r)" "$1/usr/lib/modules/$(uname -r)" \( -name "$_pattern.ko" -o -name "$_pattern.ko.*" \) 2>/dev/null | "$1/usr/bin/busybox" head -n 1)
		[ -n "$_file" ] || {
			echo "the file of the loaded kernel module $_module is not under /lib/modules" >&2
			return 1
		}
		_number=$((${_number:-100} + 1))
		kexec_unpacked "$1" "$_file" >"$1/usr/lib/levitate/modules/$_number-$_module.ko" || return 1
	done
}

# kexec_unpacked ROOT FILE: prints a module uncompressed, as insmod takes it. The device has the program for that.
kexec_unpacked() {
	case $2 in
	*.gz) "$1/usr/bin/busybox" gzip -dc "$2" ;;
	*.xz) xz -dc "$2" ;;
	*.zst) zstd -dc "$2" ;;
	*) cat "$2" ;;
	esac
}

kexec_arm() { # ROOT
	default_arm "$1"
	kexec_modules "$1" || return 1
	# /run stays out, because it belongs to the staging: this archive is the root as it boots. busybox ash knows pipefail.
	# shellcheck disable=SC3040
	(cd "$1" && set -o pipefail && ./usr/bin/busybox find . -xdev ! -path './run/*' |
		./usr/bin/busybox cpio -o -H newc 2>/dev/null | ./usr/bin/busybox gzip -1 >run/takeover/initrd)
	_words=$("$1/usr/bin/busybox" sed 's/\(^\| \)\(root\|init\|rdinit\|initrd\|BOOT_IMAGE\|rootfstype\|ro\|rw\)\(=[^ ]*\)\{0,1\}\( \|$\)/ /g' /proc/cmdline)
	kexec -l "$(kexec_kernel)" --initrd="$1/run/takeover/initrd" --append="$_words" || return 1
	rm -f "$1/run/takeover/initrd"
}

kexec_armed() { # ROOT
	default_armed "$1" && [ "$(cat /sys/kernel/kexec_loaded)" = 1 ]
}

kexec_disarm() { # ROOT
	kexec -u
	default_disarm "$1"
}

# How this init ends its services is not known: every process is asked to end, and gets time for it.
kexec_stop() { # ROOT
	for _signal in TERM KILL; do
		for _process in /proc/[0-9]*; do
			_pid=${_process#/proc/}
			case $_pid in 1 | "$$") continue ;; esac
			# Kernel threads have no program.
			[ -z "$("$1/usr/bin/busybox" readlink "$_process/exe" 2>/dev/null)" ] || kill "-$_signal" "$_pid" 2>/dev/null || :
		done
		[ "$_signal" = KILL ] || "$1/usr/bin/busybox" sleep 5
	done
}

kexec_switch() { # ROOT
	"$1/usr/bin/busybox" sync
	# What is mounted stays mounted, but clean: this kernel ends with the next command.
	echo u >/proc/sysrq-trigger
	kexec -e
}
