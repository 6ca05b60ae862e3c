# shellcheck shell=sh
# A scan looks at every process, and at the first one of the kernel's own threads alone: a process is known by its flags, whatever its
# name and its parent are.

# shellcheck source=test/shell/harness.sh
. /harness.sh
. /usr/lib/levitate/lib/usage-scan.sh
listed() { # PROCESSES
	find_processes
	[ "$processes" = "$1" ] || die "found: $processes"
}
# shellcheck disable=SC2317 # find_processes calls it
cat() {
	printf '%s\n' "$stats"
}
stats='1 (init) S 0 1 1 0 -1 4194560 1 2
2 (kthreadd) S 0 0 0 0 -1 2129984 1 2
30 (kworker/0:1) I 2 0 0 0 -1 69238880 1 2
31 (a name (x) S 2) R 1 31 31 0 -1 4194304 1 2
32 (two
lines) S 2 32 32 0 -1 4194304 1 2
33 () Z 1 33 33 0 -1 4227084 1 2
34 (short) S 1'
listed ' /proc/1 /proc/2 /proc/31 /proc/32 /proc/33 /proc/34'
# Where the first one is no thread of the kernel, its children are none.
stats='1 (sh) S 0 1 1 0 -1 4194560 1 2
2 (sh) S 1 1 1 0 -1 4194560 1 2
3 (sleep) S 2 1 1 0 -1 4194560 1 2'
listed ' /proc/1 /proc/2 /proc/3'
unset -f cat

# What a process has open, maps and stands on is found.
mkdir -p /tmp/place
cp /usr/bin/busybox /tmp/place/busybox
(cd /tmp/place && exec ./busybox sleep 60) 3</tmp/place/busybox &
user=$!
until [ "$(readlink "/proc/$user/exe")" = /tmp/place/busybox ]; do
	[ -d "/proc/$user" ] || die "it did not start"
	usleep 100000
done
scan_usage >/tmp/scan
for how in exe cwd root fd; do
	grep -q "^R	$user	$how	" /tmp/scan || die "no $how: $(cat /tmp/scan)"
done
for letter in A K; do
	grep -q "^$letter	$user	" /tmp/scan || die "no $letter: $(cat /tmp/scan)"
done
grep -q '^M	1	' /tmp/scan || die "no mounts"
processes=
scan_mounts | grep -q '^M	1	' || die "no mounts alone"
kill "$user"
pass
