# shellcheck shell=sh
# busybox init: the restart action. SIGQUIT makes init run its shutdown actions, end every process and execute the
# restart action as PID 1 (busybox init/init.c). The action stands in an inittab in RAM that is bound over the one on the
# flash.

busybox_detect() {
	case $(readlink /proc/1/exe) in
	*/busybox*) ;;
	*) return 1 ;;
	esac
	# A shell script as PID 1 is executed by busybox as well.
	_first=$(tr '\0' '\n' </proc/1/cmdline)
	_first=${_first%%"
"*}
	case ${_first##*/} in
	sh | ash | hush) return 1 ;;
	esac
}

busybox_refusal() {
	init_has /etc/inittab || echo "this busybox init was built without /etc/inittab support"
	[ -f /etc/inittab ] || echo "there is no /etc/inittab to stand in for"
	init_has restart || echo "this busybox init knows no restart action"
}

# busybox_inittab ROOT: prints the inittab on standard input with the pivot as its only restart action, and with its
# shutdown actions run by shutdown-action.
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
			# init starts this as soon as it has read the inittab, and so tells that it has.
			print "::respawn:" root "/run/takeover/holder"
			# init halts the machine for good if the program of its restart action is missing; a shell looks first.
			# init puts "exec " in front.
			print "::restart:</dev/null; test -x " root "/run/takeover/pivot && exec " root "/run/takeover/pivot; reboot -f; echo b >/proc/sysrq-trigger"
		}'
}

# busybox_script ROOT NAME COMMAND: makes ROOT/run/takeover/NAME, a program that runs this shell command.
busybox_script() {
	printf '#!%s sh\n%s\n' "$1/usr/bin/busybox" "$3" >"$1/run/takeover/$2"
	chmod 755 "$1/run/takeover/$2"
}

busybox_arm() { # ROOT
	write_pivot_program "$1"
	_folder=$1/run/takeover
	busybox_script "$1" action "exec $1/usr/bin/busybox sh $1/usr/lib/levitate/takeover/shutdown-action $1 \"\$@\""
	# Its working directory keeps a stray "umount -a" from unmounting the root; the KILL of init ends it.
	busybox_script "$1" holder "cd $1 && [ -e $_folder/armed ] && echo \$\$ >$_folder/taken && exec $1/usr/bin/busybox sleep 2147483647"
	: >"$_folder/armed"
	busybox_inittab "$1" </etc/inittab >"$_folder/inittab"
	mount --bind "$_folder/inittab" /etc/inittab
	kill -HUP 1
	_tries=0
	until busybox_armed "$1"; do
		_tries=$((_tries + 1))
		[ "$_tries" -lt 200 ] || {
			busybox_disarm "$1"
			echo "init has not read the inittab that was put before it" >&2
			return 1
		}
		"$1/usr/bin/busybox" usleep 100000
	done
}

# busybox_bound: succeeds if an inittab is bound over the one on the flash.
busybox_bound() {
	awk -v at="$(readlink -f /etc/inittab)" '$2 == at { found = 1 } END { exit !found }' /proc/mounts
}

busybox_armed() { # ROOT
	[ -s "$1/run/takeover/taken" ] && read -r _holder <"$1/run/takeover/taken" && [ -d "/proc/$_holder" ] && busybox_bound
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
