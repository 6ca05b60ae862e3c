# shellcheck shell=sh
# procd: the one status that looks like a failure is what a step that works ends with. Every other one means that procd
# is still there, and says why.

# shellcheck source=test/shell/harness.sh
. /harness.sh
. /usr/lib/levitate/takeover/inits/20-procd.sh
root=/tmp/r
mkdir -p "$root/run/takeover" "$root/sbin"
mount() { :; }
umount() { :; }
ubus() {
	printf '{\n\t"error": "%s"\n}\n%s\n' more "$answer" >&2
	return "$status"
}
status=246 answer='Command failed: Connection failed'
procd_switch "$root" || die "a step that worked was taken for a failure"
for status in 0 1 2 4 6 7 8 9 245 247 255; do
	answer="Command failed: reason $status"
	rm -f "$root/run/takeover/failure"
	! procd_switch "$root" || die "status $status was waited for"
	why=$(cat "$root/run/takeover/failure")
	[ "$why" = "ubus call system sysupgrade ended with status $status: Command failed: reason $status" ] || die "$why"
done
pass
