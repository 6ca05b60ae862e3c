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
	departing_arm "$1"
	cat >"$1/run/hook/valid" <<'VALID'
#!/bin/sh
echo '{"valid":true,"forceable":true,"allow_backup":true}'
VALID
	chmod 755 "$1/run/hook/valid"
}

# procd stops its services itself, as the first part of the step.
procd_stop() { # ROOT
	:
}

procd_step() { # ROOT
	# The validator knows no image of ours, and none is given: everything was checked before.
	mount --bind "$1/run/hook/valid" /usr/libexec/validate_firmware_image || return 1
	# chroot(2) to a working directory that lies outside is the way out of a chroot.
	cat >"$1/sbin/upgraded" <<UPGRADED
#!/bin/sh
exec /usr/bin/busybox chroot . $1/usr/bin/busybox sh $1/usr/lib/levitate/hook/pivot $1
UPGRADED
	chmod 755 "$1/sbin/upgraded"
	# Status 246 is what success looks like: the connection dies with procd. PID 1 is the judge.
	ubus call system sysupgrade "{\"prefix\":\"$1\",\"path\":\"$1/run/hook/valid\",\"command\":\"levitate\",\"force\":true}" || :
	umount /usr/libexec/validate_firmware_image || :
}
