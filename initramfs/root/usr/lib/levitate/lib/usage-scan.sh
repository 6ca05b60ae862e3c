# shellcheck shell=sh
# Scans once which processes, mounts, swap and stacked devices are in use on this device, and prints lines for holders.awk,
# which explains each letter. Fields are separated by tabs.

tab=$(printf '\t')

# scan_usage: prints all lines. What ends meanwhile leaves no line and holds nothing; hence errors are silent, and statuses
# do not count. The last line tells that nothing was cut off.
scan_usage() {
	scan_processes || :
	scan_mounts || :
	scan_swap || :
	scan_block_devices || :
	echo E
}

scan_processes() {
	stat -L -c 'X %d' /usr/bin/busybox | tr ' ' '\t'
	cat /proc/[0-9]*/stat 2>/dev/null | sed 's/^\([0-9]*\) (\(.*\)) . \([0-9]*\) .*/S\t\1\t\3\t\2/'
	printf '%s\n' /proc/[0-9]*/exe /proc/[0-9]*/cwd /proc/[0-9]*/root /proc/[0-9]*/fd/* |
		xargs stat -L -c '%n %d %t %T %F' 2>/dev/null |
		sed 's|^/proc/\([0-9]*\)/\([a-z]*\)[^ ]* \([0-9]*\) \([0-9a-f]*\) \([0-9a-f]*\) \(.\).*|R\t\1\t\2\t\3\t\6\t\4\t\5|'
	# An old /dev is the same file system as the one of this root: only the mount tells which of them a file is open in.
	printf '%s\n' /proc/[0-9]*/fdinfo/* | xargs grep -s -H '^mnt_id:' |
		sed 's|^/proc/\([0-9]*\)/fdinfo/[0-9]*:mnt_id:[[:space:]]*|K\t\1\t|' | sort -u
	# Mapped files keep a file system busy without a descriptor; 00:00 is memory of no file.
	grep -s -H -v ' 00:00 ' /proc/[0-9]*/maps |
		sed 's|^/proc/\([0-9]*\)/maps:[^ ]* [^ ]* [^ ]* \([0-9a-f]*\):\([0-9a-f]*\) .*|A\t\1\t\2\t\3|' | sort -u
}

# scan_mounts: prints the mounts of every namespace (proc(5)), those of PID 1 first, because they can be unmounted here.
scan_mounts() {
	grep -s -H '' /proc/1/mountinfo /proc/[0-9]*/mountinfo | awk -v OFS='\t' '{
		split($1, at, "[/:]")
		id = at[5]
		if (id in seen) next
		seen[id] = 1
		for (i = 7; i <= NF; i++) if ($i == "-") break
		print "M", at[3], $3, $5, $(i + 1), $(i + 2), $4, id
	}'
}

scan_swap() {
	while read -r _swap _; do
		[ "$_swap" = Filename ] || printf 'W\t%s\t%s\n' "$_swap" "$(place_of "$(unescaped "$_swap")")"
	done </proc/swaps
}

scan_block_devices() {
	grep -s -H '' /sys/class/block/*/dev | sed 's|/sys/class/block/\([^/]*\)/dev:|B\t\1\t|'
	grep -s -H '' /sys/block/dm-*/dm/name | sed 's|/sys/block/\([^/]*\)/dm/name:|D\t\1\t|'
	grep -s -H '' /sys/block/md*/md/array_state | sed 's|/sys/block/\([^/]*\)/md/array_state:|I\t\1\t|'
	grep -s -H '' /sys/block/zram*/disksize | sed 's|/sys/block/\([^/]*\)/disksize:|Z\t\1\t|'
	for _member in /sys/block/*/bcache /sys/block/*/*/bcache; do
		[ -e "$_member" ] || continue
		_member=${_member%/bcache}
		# The folder of a bcache device itself is that of its backing device.
		case ${_member##*/} in
		bcache*) ;;
		*) printf 'C\t%s\n' "${_member##*/}" ;;
		esac
	done
	for _member in /sys/fs/btrfs/*/devices/*; do
		[ -e "$_member" ] || continue
		_under=${_member#/sys/fs/btrfs/}
		printf 'G\t%s\t%s\n' "${_under%%/*}" "${_member##*/}"
	done
	for _edge in /sys/class/block/*/holders/* /sys/block/*/*/partition; do
		[ -e "$_edge" ] || continue
		_under=${_edge#/sys/*block/}
		case $_edge in
		*/partition) printf 'P\t%s\t%s\n' "${_under%%/*}" "$(basename "${_edge%/partition}")" ;;
		*) printf 'H\t%s\t%s\n' "${_under%%/*}" "${_edge##*/}" ;;
		esac
	done
	for _backing in /sys/block/loop*/loop/backing_file /sys/block/zram*/backing_dev; do
		[ -r "$_backing" ] || continue
		_under=${_backing#/sys/block/}
		read -r _file <"$_backing"
		[ "$_file" = none ] || printf 'L\t%s\t%s\t%s\n' "${_under%%/*}" "$_file" "$(place_of "$_file")"
	done
}

# place_of FILE: prints "DEVICE TYPE MAJOR MINOR" of the file; it prints nothing for one that can't be seen from here.
place_of() {
	stat -L -c '%d %F %t %T' "$1" 2>/dev/null | sed 's/^\([0-9]*\) \(.\).* \([0-9a-f]* [0-9a-f]*\)$/\1 \2 \3/' | tr ' ' '\t'
}

# old_system_holders json|text|pids: reads a scan on standard input and prints a line for each thing of the old system that
# is left.
old_system_holders() {
	awk -v mode=all -v form="$1" -f /usr/lib/levitate/lib/holders.awk
}
