# shellcheck shell=sh
# The helper tells of what is in use just what the shell tells, whatever a process is called and has open. In a root without it the
# shell is asked twice.

# shellcheck source=test/shell/harness.sh
. /harness.sh
. /usr/lib/levitate/lib/usage-scan.sh
mkdir -p "/tmp/a place/deep" /tmp/gone
mount -t tmpfs 'a source' "/tmp/a place"
mkdir "/tmp/a place/deep"
name='a (name) 1 2) S'
cp /usr/bin/busybox "/tmp/a place/$name"
: >"/tmp/a place/empty"
echo some >"/tmp/a place/file"
mkfifo /tmp/fifo
(
	# shellcheck disable=SC2094
	exec 3<"/tmp/a place/empty" 4<"/tmp/a place/file" 5<>/tmp/fifo 6</dev/null 7<"/tmp/a place/deep" 8</proc/self/status
	cd "/tmp/a place/deep" || exit
	# busybox goes by the name that it is called by.
	# shellcheck disable=SC3038
	exec -a busybox "/tmp/a place/$name" sleep 600
) &
first=$!
cp /usr/bin/busybox /tmp/gone/busybox
(cd /tmp/gone && exec ./busybox sleep 600) &
second=$!
until [ "$(readlink "/proc/$first/exe") $(readlink "/proc/$second/exe")" = "/tmp/a place/$name /tmp/gone/busybox" ]; do
	[ -d "/proc/$first" ] || die "the first one did not start"
	[ -d "/proc/$second" ] || die "the second one did not start"
	usleep 100000
done
rm -r /tmp/gone

# What is of this scenario itself differs from one look to the next.
lasting() {
	grep -e '^[XMWBDIZHCGPLE]' -e "^[SRKA]	\($first\|$second\)	" | sort -u
}
scan_usage | lasting >/tmp/one
(
	# shellcheck disable=SC2317 # scan_usage calls it
	has_helper() { false; }
	scan_usage
) | lasting >/tmp/other
cmp /tmp/one /tmp/other || die "$(diff /tmp/one /tmp/other)"
[ "$(grep -c "^R	$first	fd	" /tmp/one)" -ge 6 ] || die "$(cat /tmp/one)"
grep -qF "	/tmp/a\\040place	tmpfs	a\\040source	/	" /tmp/one || die "$(cat /tmp/one)"
kill "$first" "$second"

# One that fails has proven nothing, and the shell looks.
has_helper() { true; }
mkdir /tmp/lib
cp -r /usr/lib/levitate/lib /tmp/lib/
printf '#!/bin/sh\necho "X	1"\nexit 1\n' >/tmp/lib/helper
chmod +x /tmp/lib/helper
lib=/tmp/lib
scan_usage >/tmp/failed
grep -q '^S	1	' /tmp/failed || die "$(cat /tmp/failed)"
pass
