# shellcheck shell=sh
# An OpenWrt is known by the name that its sysupgrade goes by, and tells which images fit its settings.

# shellcheck source=test/shell/harness.sh
. /harness.sh
mount -t tmpfs sys /sys

# tells LINE: the facts have this line.
tells() {
	sent remote/facts.sh
	grep -qx "$1" /tmp/out || die "not $1: $(grep com /tmp/out)"
}

sent remote/facts.sh
! grep -q '^compat-version=' /tmp/out || die "a version without an OpenWrt"
mkdir -p /tmp/sysinfo /etc/config
echo acme,ap-2 >/tmp/sysinfo/board_name
printf 'DISTRIB_ID=OpenWrt\n' >/etc/openwrt_release
printf "config system\n\toption hostname 'compat_version'\n" >/etc/config/system
tells compatible=acme,ap-2
tells compat-version=1.0
for line in "option compat_version '1.1'" 'option compat_version "1.1"' '  option	compat_version 1.1'; do
	printf "config system\n\toption hostname 'x'\n\t%s\n\toption timezone 'UTC'\n" "$line" >/etc/config/system
	tells compat-version=1.1
done
pass
