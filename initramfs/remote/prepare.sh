# shellcheck shell=sh
# Makes room for the maintenance root: a tmpfs of its own, executable, of LEVITATE_SIZE_KIB, on LEVITATE_ROOT, if the
# device can spare LEVITATE_NEEDED_KIB. Without a size it only takes away.
# Runs in the old system's sh. The inits' functions stand before this text. A root from before is taken away first.
set -eu

if [ "$(user_id)" != 0 ]; then
	echo "not root" >&2
	exit 1
fi
root=$LEVITATE_ROOT
if init_call "$LEVITATE_INIT" armed "$root"; then
	init_call "$LEVITATE_INIT" disarm "$root"
fi
# Keepers of watchdogs, left by a trigger that failed, stand in the root.
if [ -r "$root/var/watchdog/keepers" ]; then
	while read -r keeper; do
		kill -KILL "$keeper" || :
	done <"$root/var/watchdog/keepers"
fi
# under: mount points of the root and inside it, newest first.
under() {
	awk -v at="$root" '$2 == at || index($2, at "/") == 1 { list = $2 "\n" list } END { printf "%s", list }' /proc/mounts
}
# A program that was rehearsed may take a moment to end.
patience=20
while [ -n "$(under)" ]; do
	for point in $(under); do
		umount "$point" || break
	done
	[ "$patience" -gt 0 ] || break
	patience=$((patience - 1))
	[ -z "$(under)" ] || sleep 1
done 2>/dev/null
[ -z "$(under)" ] || {
	umount "$root"
	exit 1
}
[ -n "${LEVITATE_SIZE_KIB-}" ] || exit 0

# Inodes and names that somebody pins count as available. What the kernel still keeps of them after it was asked to drop
# them all can't be had, and whoever counts on it meets the OOM killer, who may take the SSH server.
said=$(memory_kib)
echo 3 >/proc/sys/vm/drop_caches || echo "the caches could not be dropped" >&2
certain=$(memory_kib SReclaimable)
if [ "$certain" -lt "$LEVITATE_NEEDED_KIB" ]; then
	echo "the kernel says that $said KiB are available, but only $certain can be counted on, and $LEVITATE_NEEDED_KIB are needed" >&2
	exit 1
fi
mkdir -p "$root"
# exec is said aloud because /run may be noexec and some mount programs inherit that.
mount -t tmpfs -o "mode=0755,size=${LEVITATE_SIZE_KIB}k,exec,dev,suid" levitate "$root"
echo "root=$root"
