# shellcheck shell=sh
# What the files in inits/ share. It is sent to the device with them, and it is part of the staged root.

# ram_root: a mount point for the maintenance root that needs no directory on the flash.
ram_root() {
	for _base in /run /tmp /dev/shm /dev; do
		if awk -v at="$_base" '$2 == at && ($3 == "tmpfs" || $3 == "devtmpfs") { found = 1 } END { exit !found }' /proc/mounts; then
			echo "$_base/levitate-root"
			return
		fi
	done
	echo "no directory in RAM (/run, /tmp, /dev) to mount the maintenance root on" >&2
	return 1
}

# init_program: the file that PID 1 runs.
init_program() {
	readlink -f /proc/1/exe
}

# write_pivot_program ROOT: a program by which PID 1, given any arguments, becomes the pivot.
write_pivot_program() {
	mkdir -p "$1/run/takeover"
	cat >"$1/run/takeover/pivot" <<PIVOT
#!$1/usr/bin/busybox sh
exec $1/usr/bin/busybox sh $1/usr/lib/levitate/takeover/pivot $1
PIVOT
	chmod 755 "$1/run/takeover/pivot"
}

# init_call INIT FUNCTION [ROOT]: calls INIT_FUNCTION, or default_FUNCTION where the init's file has none.
init_call() {
	if command -v "$1_$2" >/dev/null; then
		"$1_$2" ${3+"$3"}
	else
		"default_$2" ${3+"$3" "$1"}
	fi
}

# An init that offers no hook of its own for this at shutdown is led away by switch-pid1: arming only prepares,
# and an ordinary reboot or poweroff stays what it was.
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
