# shellcheck shell=sh
# What must be readable after this kernel is gone.

# record_reboot_reason TEXT: into the kernel log as an error, which a quiet console shows, and into pstore as far as this kernel
# has it: its record for programs, and the log that it keeps when it restarts (kernel doc admin-guide/ramoops). Such
# records may outlive many boots: these words say which entry they belong to, and when they were said.
record_reboot_reason() {
	# shellcheck disable=SC2086
	_words="$1 [entry ${LEVITATE_ENTRY_ID:--} at $(${busybox-} date +%s)]"
	# Some inits turn the console down to panics.
	echo 7 >/proc/sys/kernel/printk || :
	printf '<3>levitate: %s\n' "$_words" >/dev/kmsg || :
	[ ! -c /dev/pmsg0 ] || printf 'levitate: %s\n' "$_words" >/dev/pmsg0 || :
	[ ! -w /sys/module/printk/parameters/always_kmsg_dump ] || echo Y >/sys/module/printk/parameters/always_kmsg_dump || :
}

# return_to_old_system REASON: ends this kernel, for one that boots the old system. "busybox" is the maintenance root's.
# shellcheck disable=SC2154
return_to_old_system() {
	record_reboot_reason "$1, going back to the old system"
	"$busybox" sync
	"$busybox" reboot -f
	echo b >/proc/sysrq-trigger
	# A PID 1 that ends would panic instead.
	"$busybox" sleep 2147483647
}
