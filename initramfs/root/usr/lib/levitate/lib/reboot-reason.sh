# shellcheck shell=sh
# Records why this kernel ends, where the next kernel can still read it.

# record_reboot_reason REASON [BUSYBOX]: writes the reason to the kernel log as an error, which a quiet console shows, and
# to pstore as far as this kernel has it: to its record for programs, and to the log that it keeps over a restart (kernel
# doc admin-guide/ramoops). Such records may outlive many boots, so the text says which entry it belongs to and when it
# was written. BUSYBOX is the program to call where the PATH may be that of the old system.
record_reboot_reason() {
	# shellcheck disable=SC2086
	_words="$1 [entry ${LEVITATE_ENTRY_ID:--} at $(${2-} date +%s)]"
	# Some init systems limit the console to panics.
	echo 7 >/proc/sys/kernel/printk || :
	printf '<3>levitate: %s\n' "$_words" >/dev/kmsg || :
	[ ! -c /dev/pmsg0 ] || printf 'levitate: %s\n' "$_words" >/dev/pmsg0 || :
	[ ! -w /sys/module/printk/parameters/always_kmsg_dump ] || echo Y >/sys/module/printk/parameters/always_kmsg_dump || :
}

# Seconds that a flush may take before a reboot.
flush_seconds=120

# flush [BUSYBOX]: writes back what is cached, as far as that ends in time: a disk that answers no more, or an array whose
# program is gone, keeps sync(2) waiting for ever, and the reboot behind it.
flush() {
	# shellcheck disable=SC2086
	${1-} sync &
	_sync=$!
	wait_at_most "$_sync" "$flush_seconds" "${1-}"
}

# wait_at_most PID SECONDS [BUSYBOX]: waits for the end of a child of this shell.
wait_at_most() {
	_looks=$(($2 * 5))
	while kill -0 "$1" 2>/dev/null && [ "$_looks" -gt 0 ]; do
		# shellcheck disable=SC2086
		${3-} usleep 200000
		_looks=$((_looks - 1))
	done
}

# Seconds that network interfaces may take to go down before a reboot.
close_seconds=10

# close_network [BUSYBOX]: takes the network interfaces down, as far as that ends in time. A kernel that restarts shuts its devices down
# while programs and timers of TCP still send, and some drivers never return from sending then: Linux 6.1.192's virtio_net keeps the
# only processor (start_xmit), so that the restart never comes.
close_network() {
	for _card in /sys/class/net/*; do
		if [ ! -d "$_card" ] || [ "${_card##*/}" = lo ]; then continue; fi
		# shellcheck disable=SC2086
		${1-} ip link set "${_card##*/}" down || :
	done &
	_closing=$!
	wait_at_most "$_closing" "$close_seconds" "${1-}"
}

# return_to_old_system BUSYBOX REASON: ends this kernel, so that the device boots its old system. BUSYBOX is the program of
# the maintenance root.
return_to_old_system() {
	record_reboot_reason "$2, going back to the old system" "$1"
	flush "$1"
	close_network "$1"
	# busybox would sync once more without -n.
	"$1" reboot -n -f
	echo b >/proc/sysrq-trigger
	# A PID 1 that ended would panic instead.
	"$1" sleep 2147483647
}
