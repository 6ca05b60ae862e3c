# shellcheck shell=sh
# A running system is rebooted in the order of its init system; systemd is left what the kernel is to be told with it.

# shellcheck source=test/shell/harness.sh
. /harness.sh
# ask RESTART: the host asks for a reboot; what was called is in /tmp/called.
ask() {
	: >/tmp/called
	device="LEVITATE_RESTART='$1' LEVITATE_HELPER=''
		reboot() { echo reboot >/tmp/called; }
		sync() { :; }"
	sent remote/reboot.sh
	eventually grep -qx reboot /tmp/called
}
mkdir -p /run/systemd/system
trap 'rm -rf /run/systemd' EXIT
ask ''
[ ! -e /run/systemd/reboot-param ] || die "systemd is told something with an ordinary reboot"
ask '0 tryboot'
[ "$(cat /run/systemd/reboot-param)" = '0 tryboot' ] || die "systemd is told $(cat /run/systemd/reboot-param)"
pass
