# shellcheck shell=sh
# busybox init: the restart action. SIGQUIT makes it run its shutdown actions, end every process and execute
# the restart action as PID 1 (busybox init/init.c). The action comes from an inittab in RAM, bound over the
# one on the flash.

busybox_detect() {
	case $(readlink /proc/1/exe) in
	*/busybox*) ;;
	*) return 1 ;;
	esac
	# A shell script as PID 1 is busybox, too.
	_first=$(tr '\0' '\n' </proc/1/cmdline | sed -n 1p)
	case ${_first##*/} in
	sh | ash | hush) return 1 ;;
	esac
}

busybox_refusal() {
	grep -q /etc/inittab /proc/1/exe || echo "this busybox init was built without /etc/inittab support"
	[ -f /etc/inittab ] || echo "there is no /etc/inittab to stand in for"
	grep -q restart /proc/1/exe || echo "this busybox init knows no restart action"
}

# busybox_inittab ROOT: the inittab on standard input with our restart action as the only one, and its shutdown
# actions in our hands (shutdown-action).
busybox_inittab() {
	awk -v root="$1" '
		/^[[:space:]]*#/ { print; next }
		{
			split($0, field, ":")
			if (field[3] == "restart") next
			if (field[3] == "shutdown") {
				command = $0
				sub(/^[^:]*:[^:]*:[^:]*:[[:space:]]*-?/, "", command)
				print field[1] ":" field[2] ":shutdown:" root "/run/takeover/action " command
				next
			}
			print
		}
		END {
			# Started as soon as init has read this, which tells that it has.
			print "::respawn:" root "/run/takeover/holder"
			# init halts the machine for good if its restart action is not there; a shell asks first. init puts
			# "exec " in front.
			print "::restart:</dev/null; test -x " root "/run/takeover/pivot && exec " root "/run/takeover/pivot; reboot -f; echo b >/proc/sysrq-trigger"
		}'
}

# busybox_script NAME COMMAND...: a program in $takeover that executes the command with its own arguments behind.
busybox_script() {
	_script=$1
	shift
	printf '#!%s sh\n%s\n' "$busybox" "$*" >"$takeover/$_script"
	chmod 755 "$takeover/$_script"
}

busybox_arm() { # ROOT
	write_pivot_program "$1"
	busybox=$1/usr/bin/busybox
	takeover=$1/run/takeover
	# shellcheck disable=SC2016
	busybox_script action "exec $busybox sh $1/usr/lib/levitate/takeover/shutdown-action $1" '"$@"'
	# It stands in the root, which keeps a stray "umount -a" from taking it; init's KILL ends it.
	busybox_script holder "cd $1 && [ -e $takeover/armed ] && echo \$\$ >$takeover/taken && exec $busybox sleep 2147483647"
	: >"$takeover/armed"
	busybox_inittab "$1" </etc/inittab >"$takeover/inittab"
	mount --bind "$takeover/inittab" /etc/inittab
	kill -HUP 1
	_tries=0
	until busybox_armed "$1"; do
		_tries=$((_tries + 1))
		[ "$_tries" -lt 20 ] || {
			busybox_disarm "$1"
			echo "init has not read the inittab that was put before it" >&2
			return 1
		}
		"$busybox" sleep 1
	done
}

# busybox_bound: whether an inittab is bound over the one on the flash.
busybox_bound() {
	awk -v at="$(readlink -f /etc/inittab)" '$2 == at { found = 1 } END { exit !found }' /proc/mounts
}

busybox_armed() { # ROOT
	[ -s "$1/run/takeover/taken" ] && [ -d "/proc/$(cat "$1/run/takeover/taken")" ] && busybox_bound
}

busybox_disarm() { # ROOT
	rm -f "$1/run/takeover/armed"
	while busybox_bound; do
		umount /etc/inittab
	done
	kill -HUP 1
	if [ -s "$1/run/takeover/taken" ]; then
		kill "$(cat "$1/run/takeover/taken")" || :
		rm -f "$1/run/takeover/taken"
	fi
}

busybox_trigger() { # ROOT
	: >"$1/run/takeover/triggered"
	# A PID 1 that ends must not leave a device that hangs.
	echo 10 >/proc/sys/kernel/panic
	kill -QUIT 1
}
