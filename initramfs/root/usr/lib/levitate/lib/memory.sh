# shellcheck shell=sh
# Tells how much memory can still be had. It runs in any POSIX sh; the host sends it to running systems as well.

# memory_kib [NAME]: prints what programs can still have, less the line NAME of /proc/meminfo. Kernels before 3.14 have no
# MemAvailable: there it is the free memory and that of cached files.
memory_kib() {
	awk -v without="${1-}:" '
		{ kib[$1] = $2 }
		END {
			spare = ("MemAvailable:" in kib) ? kib["MemAvailable:"] : kib["MemFree:"] + kib["Cached:"] - kib["Shmem:"]
			print spare - kib[without]
		}' /proc/meminfo
}
