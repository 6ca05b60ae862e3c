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
	_looks=$((flush_seconds * 5))
	while kill -0 "$_sync" 2>/dev/null && [ "$_looks" -gt 0 ]; do
		# shellcheck disable=SC2086
		${1-} usleep 200000
		_looks=$((_looks - 1))
	done
}

# return_to_old_system BUSYBOX REASON: ends this kernel, so that the device boots its old system. BUSYBOX is the program of
# the maintenance root.
return_to_old_system() {
	record_reboot_reason "$2, going back to the old system" "$1"
	flush "$1"
	# busybox would sync once more without -n.
	"$1" reboot -n -f
	echo b >/proc/sysrq-trigger
	# A PID 1 that ended would panic instead.
	"$1" sleep 2147483647
}
