# shellcheck shell=sh
# Memory that can still be had. For any POSIX sh: it is also sent to a running system.

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
