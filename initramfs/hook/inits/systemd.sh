# shellcheck shell=sh
# systemd: /run/initramfs/shutdown. systemd-shutdown(8) unmounts everything but /run/initramfs, makes it the
# root and executes /shutdown there as PID 1, with its verb as argument and the old root on /oldroot.

systemd_detect() {
	[ -d /run/systemd/system ] || [ "$(cat /proc/1/comm)" = systemd ]
}

systemd_root() {
	echo /run/initramfs
}

# systemd_refusal: one line for each thing that would keep the hook from running.
systemd_refusal() {
	# initramfs-tools leaves logs there, which a mount may cover; a program there would be run in our place.
	if [ -e /run/initramfs/shutdown ] && [ ! -e /run/initramfs/etc/levitate ]; then
		echo "/run/initramfs/shutdown belongs to another program"
	fi
	if awk '$2 == "/run/initramfs" && $1 != "levitate" { found = 1 } END { exit !found }' /proc/mounts; then
		echo "something else is mounted on /run/initramfs"
	fi
	if systemctl is-active --quiet finalrd.service; then
		echo "finalrd would put its own program into /run/initramfs while shutting down; stop it first: systemctl mask finalrd"
	fi
	_version=$(systemctl --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p')
	if [ "${_version:-0}" -lt 230 ]; then
		echo "systemd ${_version:-of unknown version} would unmount /run/initramfs (230 is the first that does not)"
	fi
	case $(systemctl --version | sed -n '1s/.*(\(.*\)).*/\1/p') in
	254 | 254-* | 254~*) echo "systemd 254 can't step into /run/initramfs (systemd issue 28645)" ;;
	esac
}

systemd_arm() { # ROOT
	ln -s init "$1/shutdown"
}

systemd_armed() { # ROOT
	[ -L "$1/shutdown" ]
}

systemd_disarm() { # ROOT
	rm -f "$1/shutdown"
}

systemd_trigger() { # ROOT
	systemctl reboot
}
