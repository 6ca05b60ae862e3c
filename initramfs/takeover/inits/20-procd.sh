# shellcheck shell=sh
# procd: its own sysupgrade. "ubus call system sysupgrade" stops the services and executes /sbin/upgraded as PID 1 in a
# prefix that the caller chooses (procd system.c:sysupgrade, sysupgrade.c:sysupgrade_exec_upgraded). That program is
# chrooted there, but its working directory lies outside, so that it can leave the chroot and pivot.

procd_detect() {
	case $pid1_program in
	*/procd) return 0 ;;
	*) return 1 ;;
	esac
}

procd_refusal() {
	command -v ubus >/dev/null || echo "ubus is not there to ask procd with"
	[ -e /usr/libexec/validate_firmware_image ] || echo "/usr/libexec/validate_firmware_image is not there (OpenWrt of 2019-08 or later has it)"
}

procd_arm() { # ROOT
	default_arm "$1"
	cat >"$1/run/takeover/valid" <<'VALID'
#!/bin/sh
echo '{"valid":true,"forceable":true,"allow_backup":true}'
VALID
	chmod 755 "$1/run/takeover/valid"
}

# procd_kept NAME: succeeds for the services that must stay: those that the login needs, the bus by which procd is asked,
# and the scripts that undo the boot.
procd_kept() {
	case $1 in
	ubus | network | dropbear | sshd | boot | *umount*) return 0 ;;
	*) return 1 ;;
	esac
}

# procd_services ROOT: prints "service NAME" and "pid NAME PID" for what procd manages. ubus(1) indents by one tab a level.
procd_services() {
	"$1/usr/bin/busybox" timeout "$stop_seconds" ubus call service list | "$1/usr/bin/busybox" awk -F '"' '
		/^\t"/ { name = $2; print "service " name }
		/^\t\t\t\t"pid": / { pid = $3; gsub(/[^0-9]/, "", pid); print "pid " name " " pid }'
}

# sysupgrade sends each service TERM and waits for none of them. Therefore the services end as for a shutdown, by their
# scripts. What those leave is deleted from procd, which gives a service its time and then sends KILL.
procd_stop() { # ROOT
	_before=$(procd_services "$1")
	for _script in /etc/rc.d/K[0-9][0-9]*; do
		[ -x "$_script" ] || continue
		procd_kept "${_script##*/K[0-9][0-9]}" || stop_one "$1" "$stop_seconds" "$_script" shutdown
	done
	for _service in $(procd_services "$1" | "$1/usr/bin/busybox" sed -n 's/^service //p'); do
		procd_kept "$_service" || stop_one "$1" "$stop_seconds" ubus call service delete "{\"name\":\"$_service\"}"
	done
	# shellcheck disable=SC2046
	wait_for "$1" $(printf '%s\n' "$_before" | while read -r _what _name _pid; do
		[ "$_what" != pid ] || procd_kept "$_name" || echo "$_pid"
	done)
}

procd_switch() { # ROOT
	# The validator would refuse the file that it is given, because that is no firmware image. A program that accepts it
	# stands in for the validator; everything was checked before.
	mount --bind "$1/run/takeover/valid" /usr/libexec/validate_firmware_image || return 1
	# A chroot(2) to a working directory that lies outside leaves the chroot.
	cat >"$1/sbin/upgraded" <<UPGRADED
#!/bin/sh
exec /usr/bin/busybox chroot . $1/usr/bin/busybox sh $1/usr/lib/levitate/takeover/pivot $1
UPGRADED
	chmod 755 "$1/sbin/upgraded"
	# Status 246 is success: the connection ends with the procd that was asked. A procd that answers has not executed
	# anything, and its services are gone.
	_status=0
	_said=$(ubus call system sysupgrade "{\"prefix\":\"$1\",\"path\":\"$1/run/takeover/valid\",\"command\":\"levitate\",\"force\":true}" 2>&1) || _status=$?
	umount /usr/libexec/validate_firmware_image || :
	[ "$_status" -eq 246 ] || {
		echo "ubus call system sysupgrade ended with status $_status: ${_said##*
}" >"$1/run/takeover/failure"
		return 1
	}
}
