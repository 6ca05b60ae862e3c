# shellcheck shell=sh
# Scans once which processes, mounts, swap and stacked devices are in use on this device, and prints lines for holders.awk,
# which explains each letter. Fields are separated by tabs.

tab='	'

# What stands in the way where nobody can tell.
unknown_holder='{"type":"holder","kind":"unknown"}'

# scan_usage: prints all lines. What ends meanwhile leaves no line and holds nothing; hence errors are silent, and statuses
# do not count. The last line tells that nothing was cut off.
scan_usage() {
	# What a helper has told before it failed is told once more, which is no harm.
	if ! has_helper || ! "$lib/helper" usage - 2>/dev/null; then
		find_processes
		scan_processes || :
		scan_mounts || :
	fi
	scan_swap || :
	scan_block_devices || :
	echo E
}

# find_processes: sets process_stats to what the kernel says of each process (proc(5), stat), and processes to their folders. Of the
# kernel's own threads (PF_KTHREAD in linux/sched.h) process 2, from which they come, stands for all: they open and map no files, and
# have its root and its mounts. To look at each of them is most of a scan where little else runs.
find_processes() {
	processes=
	process_stats=$(cat /proc/[0-9]*/stat 2>/dev/null) || :
	set -f
	IFS='
'
	for _line in $process_stats; do
		_pid=${_line%% *}
		# A name may have blanks and parentheses; what follows has none.
		_line=${_line##*) }
		_flags=${_line#* * * * * * }
		_flags=${_flags%% *}
		case $_pid:$_flags in
		*[!0-9]*:*) continue ;;
		2:* | *:*[!0-9]*) ;;
		*) [ $((_flags & 0x200000)) -eq 0 ] || continue ;;
		esac
		processes="$processes /proc/$_pid"
	done
	unset IFS
	set +f
}

# of_each PATTERN...: prints the paths in the folder of each process that fit.
of_each() {
	for _process in $processes; do
		for _pattern; do
			# shellcheck disable=SC2086
			printf '%s\n' "$_process"/$_pattern
		done
	done
}

# scan_processes: one awk tells the lines of several programs apart, because each program that starts takes its time.
scan_processes() {
	{
		stat -L -c 'X %d' /usr/bin/busybox
		printf '%s\n' "$process_stats"
		of_each exe cwd root 'fd/*' | xargs stat -L -c '%n %d %t %T %F' 2>/dev/null
		# An old /dev is the same file system as the one of this root: only the mount tells which of them a file is open in.
		of_each 'fdinfo/*' | xargs grep -s -H '^mnt_id:'
		# Mapped files keep a file system busy without a descriptor; 00:00 is memory of no file.
		of_each maps | xargs grep -s -H -v ' 00:00 '
	} | awk -v OFS='\t' '
		function once(line) { if (!(line in told)) print line; told[line] = 1 }
		$1 == "X" { print "X", $2; next }
		/^[0-9]/ {
			# A name may have blanks and parentheses; what follows has none.
			if (!match($0, /\(.*\) /)) next
			split(substr($0, RSTART + RLENGTH), field, " ")
			print "S", $1, field[2], substr($0, RSTART + 1, RLENGTH - 3)
			next
		}
		{ split($1, part, "/") }
		part[4] == "fdinfo" { once("K" OFS part[3] OFS $2); next }
		part[4] ~ /^maps:/ { split($4, device, ":"); once("A" OFS part[3] OFS device[1] OFS device[2]); next }
		{ print "R", part[3], part[4], $2, substr($5, 1, 1), $3, $4 }'
}

# scan_mounts: prints the mounts of every namespace (proc(5)), those of PID 1 first, because they can be unmounted here.
scan_mounts() {
	[ -n "${processes-}" ] || find_processes
	{ echo /proc/1/mountinfo && of_each mountinfo; } | xargs grep -s -H '' | awk -v OFS='\t' '{
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
		[ "$_swap" != Filename ] || continue
		unescape "$_swap"
		printf 'W\t%s\t%s\n' "$_swap" "$(place_of "$plain")"
	done </proc/swaps
}

# scan_attribute LETTER ATTRIBUTE FOLDER...: prints a line for each device, given its folder in sysfs, that has the attribute.
scan_attribute() {
	_letter=$1
	_attribute=$2
	shift 2
	for _folder; do
		! IFS= read -r _word <"$_folder/$_attribute" || printf '%s\t%s\t%s\n' "$_letter" "${_folder##*/}" "$_word"
	done 2>/dev/null
}

scan_block_devices() {
	scan_attribute B dev /sys/class/block/*
	scan_attribute D dm/name /sys/block/dm-*
	scan_attribute I md/array_state /sys/block/md*
	scan_attribute Z disksize /sys/block/zram*
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
		*/partition)
			_edge=${_edge%/partition}
			printf 'P\t%s\t%s\n' "${_under%%/*}" "${_edge##*/}"
			;;
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

# place_of FILE: prints "DEVICE TYPE MAJOR MINOR" of the file, of whose type the first letter counts; it prints nothing for one
# that cannot be seen from here.
place_of() {
	stat -L -c "%d$tab%F$tab%t$tab%T" "$1" 2>/dev/null
}

# old_system_holders json|text|pids: reads a scan on standard input and prints a line for each thing of the old system that
# is left. An awk that fails, as where memory has run out, has proven nothing, whatever it printed.
old_system_holders() {
	awk -v mode=all -v form="$1" -f /usr/lib/levitate/lib/holders.awk || case $1 in
	json) echo "$unknown_holder" ;;
	text) echo 'unknown: what is in use could not be told' ;;
	esac
}
