# shellcheck shell=sh
# What several init systems' files share. Part of every text that is sent to a device, and of the staged root.

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

# memory_kib [WITHOUT]: what programs can still have, less a line of /proc/meminfo. Kernels before 3.14 don't say
# MemAvailable: there it is what is free, and what only keeps a file's copy.
memory_kib() {
	awk -v without="${1-}:" '
		{ kib[$1] = $2 }
		END {
			spare = ("MemAvailable:" in kib) ? kib["MemAvailable:"] : kib["MemFree:"] + kib["Cached:"] - kib["Shmem:"]
			print spare - kib[without]
		}' /proc/meminfo
}

# init_program: the file that PID 1 runs.
init_program() {
	readlink -f /proc/1/exe
}

# prepare_step ROOT: a program by which PID 1, given any arguments, becomes the pivot.
prepare_step() {
	mkdir -p "$1/run/hook"
	cat >"$1/run/hook/step" <<STEP
#!$1/usr/bin/busybox sh
exec $1/usr/bin/busybox sh $1/usr/lib/levitate/hook/pivot $1
STEP
	chmod 755 "$1/run/hook/step"
}

# of_init INIT WORD [ROOT]: does INIT_WORD, or departing_WORD where the init's file has none.
of_init() {
	if command -v "$1_$2" >/dev/null; then
		"$1_$2" ${3+"$3"}
	else
		"departing_$2" ${3+"$3" "$1"}
	fi
}

# An init that offers no hook of its own for this at shutdown is led away by hook/depart: arming only prepares,
# and an ordinary reboot or poweroff stays what it was.
departing_root() {
	ram_root
}

departing_arm() { # ROOT
	prepare_step "$1"
	: >"$1/run/hook/armed"
}

departing_armed() { # ROOT
	[ -e "$1/run/hook/armed" ]
}

departing_disarm() { # ROOT
	rm -f "$1/run/hook/armed"
}

departing_trigger() { # ROOT INIT
	"$1/usr/bin/busybox" setsid "$1/usr/bin/busybox" sh "$1/usr/lib/levitate/hook/depart" "$1" "$2" </dev/null >"$1/run/hook/depart.log" 2>&1 &
}
