# shellcheck shell=sh
# Functions that the files in inits/ share. The host sends this file in front of remote/facts.sh and remote/prepare.sh,
# and it is part of the staged root.

# detect_init INIT...: sets init_system to the first of these init systems that says that PID 1 is this one; to nothing, and
# fails, if none does. It sets pid1_name and pid1_program for INIT_detect.
detect_init() {
	init_system=
	pid1_program=$(init_program)
	pid1_name=
	read -r pid1_name </proc/1/comm || :
	for _candidate; do
		if "${_candidate}_detect"; then
			init_system=$_candidate
			return
		fi
	done
	return 1
}

# init_call INIT FUNCTION [ROOT]: calls INIT_FUNCTION, or default_FUNCTION where the file of the init system has none.
init_call() {
	if command -v "$1_$2" >/dev/null; then
		"$1_$2" ${3+"$3"}
	else
		"default_$2" ${3+"$3" "$1"}
	fi
}

# ram_root: prints a mount point for the maintenance root that needs no directory on the flash; fails with the reason.
ram_root() {
	awk '$3 == "tmpfs" || $3 == "devtmpfs" { in_ram[$2] = 1 }
		END {
			for (i = split("/dev /dev/shm /tmp /run", base, " "); i > 0; i--) {
				if (!(base[i] in in_ram)) continue
				print base[i] "/levitate-root"
				exit 0
			}
			exit 1
		}' /proc/mounts && return
	echo "no directory in RAM (/run, /tmp, /dev) to mount the maintenance root on" >&2
	return 1
}

# init_program: prints the path of the file that PID 1 executes.
init_program() {
	readlink -f /proc/1/exe
}

# init_has WORD: succeeds if that file has the word in it. Its NULs become ends of lines: a grep may look no further than the
# first of a line.
init_has() {
	tr '\0' '\n' </proc/1/exe | grep -qF -e "$1"
}

# write_pivot_program ROOT: makes ROOT/run/takeover/pivot, by which PID 1 becomes the pivot, whatever its arguments are.
write_pivot_program() {
	mkdir -p "$1/run/takeover"
	cat >"$1/run/takeover/pivot" <<PIVOT
#!$1/usr/bin/busybox sh
exec $1/usr/bin/busybox sh $1/usr/lib/levitate/takeover/pivot $1
PIVOT
	chmod 755 "$1/run/takeover/pivot"
}

# The defaults are for an init system that executes no program of ours during its shutdown; switch-pid1 makes it do so.
# Arming only prepares: an ordinary reboot or poweroff stays what it was.
default_root() {
	ram_root
}

default_arm() { # ROOT
	write_pivot_program "$1"
	: >"$1/run/takeover/armed"
}

default_armed() { # ROOT
	[ -e "$1/run/takeover/armed" ]
}

default_disarm() { # ROOT
	rm -f "$1/run/takeover/armed"
}

default_trigger() { # ROOT INIT
	"$1/usr/bin/busybox" setsid "$1/usr/bin/busybox" sh "$1/usr/lib/levitate/takeover/switch-pid1" "$1" "$2" </dev/null >"$1/run/takeover/switch-pid1.log" 2>&1 &
}
