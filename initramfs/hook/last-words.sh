# shellcheck shell=sh
# What must be readable after this kernel is gone.

# last_words TEXT: into the kernel log as an error, which a quiet console shows and pstore may keep, and into
# pstore's own record for programs (kernel doc admin-guide/ramoops).
last_words() {
	printf '<3>levitate: %s\n' "$1" >/dev/kmsg || :
	[ ! -c /dev/pmsg0 ] || printf 'levitate: %s\n' "$1" >/dev/pmsg0 || :
}
