# shellcheck shell=sh
# Reboots a running system in the order of its init system; or so that the kernel is told LEVITATE_RESTART with it (reboot(2),
# LINUX_REBOOT_CMD_RESTART2), by which a firmware knows that a slot is to be tried. LEVITATE_HELPER is a program that can do that,
# where no init system of this device does.
set -eu

# in_background COMMAND: the answer must reach the host before the network goes.
in_background() {
	(
		sleep 1
		"$1"
	) >/dev/null 2>&1 &
}

# end_all: ends every process but PID 1, leaves every file system as it may stay, and restarts.
end_all() {
	trap '' HUP INT TERM PIPE
	kill -TERM -1 || :
	sleep 5
	kill -KILL -1 || :
	sync
	echo u >/proc/sysrq-trigger
	sleep 2
	"$LEVITATE_HELPER" restart "$LEVITATE_RESTART" || :
	echo b >/proc/sysrq-trigger
}

sync
if [ -z "$LEVITATE_RESTART" ]; then
	in_background reboot
elif [ -d /run/systemd/system ]; then
	# What systemd-shutdown tells the kernel (systemd, src/shared/reboot-util.c).
	echo "$LEVITATE_RESTART" >/run/systemd/reboot-param
	in_background reboot
else
	in_background end_all
fi
