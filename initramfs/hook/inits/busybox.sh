# shellcheck shell=sh
# busybox init: the restart action. SIGQUIT makes it run its shutdown actions, end every process and execute
# the restart action as PID 1 (busybox init/init.c). The action comes from an inittab in RAM, bound over the
# one on the flash.

busybox_detect() {
	case $(readlink /proc/1/exe) in
	*/busybox*) return 0 ;;
	*) return 1 ;;
	esac
}

busybox_root() {
	ram_root
}

busybox_refusal() {
	grep -q /etc/inittab /proc/1/exe || echo "this busybox init was built without /etc/inittab support"
	[ -f /etc/inittab ] || echo "there is no /etc/inittab to stand in for"
	grep -q restart /proc/1/exe || echo "this busybox init knows no restart action"
}

# busybox_inittab ROOT: the inittab on standard input, with our restart action as the only one. Shutdown
# actions that unmount would take the maintenance root away: they run only when we did not ask for this.
busybox_inittab() {
	awk -v root="$1" '
		/^[[:space:]]*#/ { print; next }
		{
			split($0, field, ":")
			action = field[3]
			if (action == "restart") next
			if (action == "shutdown" && /umount|swapoff/) {
				command = $0
				sub(/^[^:]*:[^:]*:[^:]*:/, "", command)
				print field[1] ":" field[2] ":shutdown:" root "/usr/bin/busybox sh " root "/usr/lib/levitate/hook/unless-triggered " root " " command
				next
			}
			print
		}
		END {
			print "::restart:" root "/usr/bin/busybox sh " root "/usr/lib/levitate/hook/pivot " root
		}'
}

busybox_arm() { # ROOT
	mkdir -p "$1/run/hook"
	busybox_inittab "$1" </etc/inittab >"$1/run/hook/inittab"
	# A process that stands in the root keeps a stray "umount -a" from taking it; init's KILL ends it.
	(cd "$1" && exec setsid "$1/usr/bin/busybox" sleep 2147483647 </dev/null >/dev/null 2>&1) &
	echo $! >"$1/run/hook/holder"
	mount --bind "$1/run/hook/inittab" /etc/inittab
	kill -HUP 1
}

busybox_armed() { # ROOT
	grep -q ' /etc/inittab ' /proc/mounts
}

busybox_disarm() { # ROOT
	while grep -q ' /etc/inittab ' /proc/mounts; do
		umount /etc/inittab
	done
	kill -HUP 1
	if [ -s "$1/run/hook/holder" ]; then
		kill "$(cat "$1/run/hook/holder")" || :
		rm -f "$1/run/hook/holder"
	fi
}

busybox_trigger() { # ROOT
	: >"$1/run/hook/triggered"
	kill -QUIT 1
}
