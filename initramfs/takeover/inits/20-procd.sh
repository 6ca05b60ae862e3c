# shellcheck shell=sh
# procd: its own way into sysupgrade. "ubus call system sysupgrade" stops the services and executes /sbin/upgraded in
# a prefix of our choice as PID 1 (procd system.c:sysupgrade, sysupgrade.c:sysupgrade_exec_upgraded). It is chrooted
# there with its working directory outside, which is the way back out to a real pivot.

procd_detect() {
	case $(init_program) in
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

# procd_kept NAME: what the way in stands on, what procd is spoken to by, and the scripts that undo the boot: these stay.
procd_kept() {
	case $1 in
	ubus | network | dropbear | sshd | boot | *umount*) return 0 ;;
	*) return 1 ;;
	esac
}

# procd_services: "service NAME" and "pid NAME PID" for what procd looks after. ubus(1) indents by tabs, one a level.
procd_services() {
	"$busybox" timeout "$patience" ubus call service list | "$busybox" awk -F '"' '
		/^\t"/ { name = $2; print "service " name }
		/^\t\t\t\t"pid": / { pid = $3; gsub(/[^0-9]/, "", pid); print "pid " name " " pid }'
}

# The step would tell each service TERM and wait for none of them. So they end as for a shutdown, by their scripts, and
# what those have left is taken from procd, which gives a service its time and then KILL.
procd_stop() { # ROOT
	_before=$(procd_services)
	for _script in /etc/rc.d/K[0-9][0-9]*; do
		[ -x "$_script" ] || continue
		procd_kept "${_script##*/K[0-9][0-9]}" || stop_one "$_script" shutdown
	done
	for _service in $(procd_services | "$busybox" sed -n 's/^service //p'); do
		procd_kept "$_service" || stop_one ubus call service delete "{\"name\":\"$_service\"}"
	done
	# shellcheck disable=SC2046
	wait_for $(printf '%s\n' "$_before" | while read -r _what _name _pid; do
		[ "$_what" != pid ] || procd_kept "$_name" || echo "$_pid"
	done)
}

procd_switch() { # ROOT
	# The validator knows no image of ours, and none is given: everything was checked before.
	mount --bind "$1/run/takeover/valid" /usr/libexec/validate_firmware_image || return 1
	# chroot(2) to a working directory that lies outside is the way out of a chroot.
	cat >"$1/sbin/upgraded" <<UPGRADED
#!/bin/sh
exec /usr/bin/busybox chroot . $1/usr/bin/busybox sh $1/usr/lib/levitate/takeover/pivot $1
UPGRADED
	chmod 755 "$1/sbin/upgraded"
	# Status 246 is what success looks like: the connection dies with the procd that was asked. One that answers has not
	# stepped over, and its services are gone.
	_status=0
	_said=$(ubus call system sysupgrade "{\"prefix\":\"$1\",\"path\":\"$1/run/takeover/valid\",\"command\":\"levitate\",\"force\":true}" 2>&1) || _status=$?
	umount /usr/libexec/validate_firmware_image || :
	[ "$_status" -eq 246 ] || {
		# shellcheck disable=SC2034
		why="ubus call system sysupgrade ended with status $_status: ${_said##*
}"
		return 1
	}
}
