# shellcheck shell=sh
# A staged root belongs to the entry that came last: no step of an earlier one runs in it, and what takes back an earlier one
# leaves it alone. Without an entry, anybody's is taken away.

# shellcheck source=test/shell/harness.sh
. /harness.sh
mv /etc/levitate/levitate.conf /tmp/levitate.conf
trap 'mv /tmp/levitate.conf /etc/levitate/levitate.conf' EXIT
export LEVITATE_MARK=mark LEVITATE_INIT=busybox LEVITATE_ROOT=/tmp/root LEVITATE_NEEDED_KIB=1
init_call() {
	return 1
}
memory_kib() {
	echo 100000
}
prepare() { # SIZE_KIB ENTRY_ID
	(
		export LEVITATE_SIZE_KIB="$1" LEVITATE_ENTRY_ID="$2"
		. /usr/lib/levitate/takeover/report.sh
		. /sent/remote/login.sh
		. /sent/remote/prepare.sh
	)
}
there() {
	grep -q ' /tmp/root tmpfs ' /proc/mounts
}
prepare 1000 first || die 'the first entry could not stage'
prepare 1000 second || die 'the second entry could not stage'
prepare '' first >/tmp/told || die 'the first entry could not end'
there || die 'the first entry took away the root of the second'
grep -qx '@mark of-another-entry=yes mark@' /tmp/told || die 'the first entry was not told'

mkdir -p /tmp/root/usr/lib
ln -s /usr/lib/levitate /tmp/root/usr/lib/levitate
fails sh /usr/lib/levitate/takeover/steps arm busybox /tmp/root first
says 'another levitate has begun to enter this device'
fails sh /usr/lib/levitate/takeover/configure /tmp/root first
says 'another levitate has begun to enter this device'
rm /tmp/root/.entry
fails sh /usr/lib/levitate/takeover/steps trigger busybox /tmp/root first
says 'another levitate has begun to enter this device'
prepare '' first >/tmp/told || die 'the first entry could not end'
there || die 'the first entry took away a root that has no number yet'
echo second >/tmp/root/.entry

# PID 1 is about to step into it: only its own entry may take it back.
read -r up _ </proc/uptime
echo "${up%.*}" >/tmp/root/.leaving
fails prepare 1000 third
says 'told this device to leave its system'
there || die 'the root of a device on its way was taken away'
echo "$((${up%.*} - 301))" >/tmp/root/.leaving
prepare 1000 second || die 'a shutdown that nothing came of keeps others out'

prepare '' second >/tmp/told || die 'the second entry could not end'
there && die 'the second entry did not take away its own root'
grep -q of-another /tmp/told && die 'the second entry was told of another one'
prepare 1000 third || die 'a third entry could not stage'
prepare '' '' || die 'it was not taken away'
# The other one comes between the look at what is mounted and the mount.
# shellcheck disable=SC2317 # prepare calls it
awk() {
	case $* in
	*list*) echo ;;
	*) command awk "$@" ;;
	esac
}
mount -t tmpfs other /tmp/root
echo other >/tmp/root/.entry
fails prepare 1000 fourth
says 'another levitate has begun to enter this device'
[ "$(cat /tmp/root/.entry)" = other ] || die 'the root of the other one is covered'
umount /tmp/root
there && die 'one stands below the other'
unset -f awk
there && die 'what nobody owns up to was left'
pass
