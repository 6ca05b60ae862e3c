# shellcheck shell=sh
# What must be readable after this kernel is gone.

# last_words TEXT: into the kernel log as an error, which a quiet console shows, and into pstore as far as this kernel
# has it: its record for programs, and the log that it keeps when it restarts (kernel doc admin-guide/ramoops).
last_words() {
	# Some inits turn the console down to panics.
	echo 7 >/proc/sys/kernel/printk || :
	printf '<3>levitate: %s\n' "$1" >/dev/kmsg || :
	[ ! -c /dev/pmsg0 ] || printf 'levitate: %s\n' "$1" >/dev/pmsg0 || :
	[ ! -w /sys/module/printk/parameters/always_kmsg_dump ] || echo Y >/sys/module/printk/parameters/always_kmsg_dump || :
}
