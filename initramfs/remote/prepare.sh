# shellcheck shell=sh
# Makes room for the maintenance root: it unmounts an earlier root, and mounts an executable tmpfs of LEVITATE_SIZE_KIB on
# LEVITATE_ROOT if the device can spare LEVITATE_NEEDED_KIB. Without a size it only unmounts. It runs in the sh of the old
# system; the host sends login.sh, of takeover/ report.sh, init-system.sh, inject.sh and inits/, and lib/memory.sh in front
# of it. A root belongs to the entry that has staged it, by the number in its file .entry. The last that comes has the place;
# an earlier one, which fails then, must not take away what is not its own.
set -eu

read_uid
if [ "$uid" != 0 ]; then
	echo "not root" >&2
	exit 1
fi
# A connection that is made anew after the trigger may lead here.
if in_maintenance; then
	echo "the maintenance system runs here" >&2
	exit 1
fi
root=$LEVITATE_ROOT
# Below no folder lie all mounts of the device.
[ -n "$root" ] || {
	echo "there is no place in RAM for the maintenance root" >&2
	exit 1
}
# mounts_under FOLDER: prints the mount points at and below the folder, newest first.
mounts_under() {
	awk -v at="$1" '$2 == at || index($2, at "/") == 1 { list = $2 "\n" list } END { printf "%s", list }' /proc/mounts
}
# leave_others: ends here where an entry is to take away its own root and what is there is another one's.
leave_others() {
	[ -z "${LEVITATE_SIZE_KIB-}" ] && [ -n "$LEVITATE_ENTRY_ID" ] && [ -n "$(mounts_under "$root")" ] || return 0
	read -r staged_by <"$root/.entry" || staged_by=
	[ "$staged_by" != "$LEVITATE_ENTRY_ID" ] || return 0
	fact of-another-entry yes
	exit 0
} 2>/dev/null
leave_others
# What PID 1 is about to step into must not go from under it. A shutdown that nothing came of is over after five minutes.
if [ -n "${LEVITATE_SIZE_KIB-}" ] && [ -r "$root/.leaving" ]; then
	read -r left_at <"$root/.leaving" || left_at=
	read -r up _ </proc/uptime
	if [ "$((${up%%.*} - ${left_at:-0}))" -lt 300 ]; then
		echo "another levitate has told this device to leave its system" >&2
		exit 1
	fi
fi
if init_call "$LEVITATE_INIT" armed "$root"; then
	init_call "$LEVITATE_INIT" disarm "$root"
fi
# Keepers of watchdogs that a failed trigger left behind keep the root busy.
if [ -r "$root/var/watchdog/keepers" ]; then
	while read -r keeper; do
		kill -KILL "$keeper" || :
	done <"$root/var/watchdog/keepers"
fi
# A program of the rehearsal may take a moment to end.
tries=20
while [ -n "$(mounts_under "$root")" ]; do
	leave_others
	for point in $(mounts_under "$root"); do
		umount "$point" || break
	done
	[ "$tries" -gt 0 ] || break
	tries=$((tries - 1))
	[ -z "$(mounts_under "$root")" ] || sleep 1
done 2>/dev/null
[ -z "$(mounts_under "$root")" ] || {
	umount "$root"
	exit 1
}
[ -n "${LEVITATE_SIZE_KIB-}" ] || exit 0

# The kernel counts inodes and names as available although they may be pinned. What it still keeps of them after it was
# asked to drop them all cannot be had: counting on it may end with the OOM killer, which may kill the SSH server.
said=$(memory_kib)
echo 3 >/proc/sys/vm/drop_caches || echo "the caches could not be dropped" >&2
certain=$(memory_kib SReclaimable)
if [ "$certain" -lt "$LEVITATE_NEEDED_KIB" ]; then
	echo "the kernel says that $said KiB are available, but only $certain can be counted on, and $LEVITATE_NEEDED_KIB are needed" >&2
	exit 1
fi
mkdir -p "$root"
# exec is given explicitly because /run may be noexec and some mount programs inherit that.
mount -t tmpfs -o "mode=0755,size=${LEVITATE_SIZE_KIB}k,exec,dev,suid" levitate "$root"
# Of two that come in the same moment, neither may stand on the other's: what is entered would be the lower one.
if [ "$(awk -v at="$root" '$2 == at { found++ } END { print found + 0 }' /proc/mounts)" -gt 1 ]; then
	umount "$root"
	echo "another levitate has begun to enter this device" >&2
	exit 1
fi
printf '%s\n' "$LEVITATE_ENTRY_ID" >"$root/.entry"
