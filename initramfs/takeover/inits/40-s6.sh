# shellcheck shell=sh
# s6: the finish script of the scan directory. s6-svscan executes it as PID 1 when it is told to stop
# (s6 src/supervision/s6-svscan.c). The scan directory lies in RAM; the pivot is mounted over the script.

s6_detect() {
	case $pid1_program in
	*/s6-svscan) return 0 ;;
	*) return 1 ;;
	esac
}

# s6_scan: prints the scan directory, which is the working directory of s6-svscan.
s6_scan() {
	readlink /proc/1/cwd
}

s6_refusal() {
	[ -p "$(s6_scan)/.s6-svscan/control" ] || echo "s6-svscan's control pipe is not in $(s6_scan)/.s6-svscan"
	[ -f "$(s6_scan)/.s6-svscan/finish" ] || echo "$(s6_scan)/.s6-svscan has no finish script to stand in for"
	command -v s6-svscanctl >/dev/null || echo "s6-svscanctl is not there"
}

# Where s6-rc is there, it knows the order of the services; those that it does not manage end after them.
s6_stop() { # ROOT
	if command -v s6-rc >/dev/null && [ -d /run/s6-rc ]; then
		stop_one "$1" "$stop_seconds" s6-rc -bda change
	fi
	for _service in "$(s6_scan)"/*; do
		[ -d "$_service/supervise" ] || continue
		stop_one "$1" "$stop_seconds" s6-svc -wD -T $((stop_seconds * 1000)) -d "$_service"
	done
}

s6_switch() { # ROOT
	mount --bind "$1/run/takeover/pivot" "$(s6_scan)/.s6-svscan/finish" || return 1
	s6-svscanctl -b "$(s6_scan)"
}
