# shellcheck shell=sh
# Kernel modules of the archive are loaded in their order, once, into their own kernel; one that cannot be is named.
# insmod and /proc/modules stand for the kernel: what is inserted is listed from then on.

# shellcheck source=test/shell/harness.sh
. /harness.sh
. /usr/lib/levitate/lib/modules.sh
mount -t tmpfs proc /proc
insmod() {
	echo "${1##*/}" >>/tmp/inserted
	case $1 in
	*/bad.ko | */rare.ko)
		echo "insmod: can't insert '$1': invalid module format" >&2
		return 1
		;;
	*/race.ko)
		echo 'race 16384 0 - Live 0x0' >>/proc/modules
		echo "insmod: can't insert '$1': File exists" >&2
		return 1
		;;
	esac
	_listed=${1##*/}
	echo "$(echo "${_listed%.ko}" | tr - _) 16384 0 - Live 0x0" >>/proc/modules
}
home=/usr/lib/modules/$(uname -r)
echo 'there_already 16384 0 - Live 0x0' >/proc/modules

rm -f /etc/levitate/modules
load_modules /tmp/failed || die "without a list"
[ ! -s /tmp/failed ] || die "without a list: $(cat /tmp/failed)"

cat >/etc/levitate/modules <<LIST
$home/kernel/a-b.ko
$home/kernel/there-already.ko
$home/kernel/rare.ko optional
$home/kernel/bad.ko
$home/kernel/race.ko
$home/extra/last.ko
/usr/lib/modules/0.0.1-other/kernel/other.ko
LIST
load_modules /tmp/failed
[ "$(tr '\n' ' ' </tmp/inserted)" = 'a-b.ko rare.ko bad.ko race.ko last.ko ' ] || die "$(cat /tmp/inserted)"
cat >/tmp/expected <<LIST
bad: invalid module format
other: it is for another kernel than $(uname -r)
LIST
cmp /tmp/expected /tmp/failed || die "$(cat /tmp/failed)"

# A second time only what is missing is tried again.
rm /tmp/inserted
load_modules /run/levitate/modules.failed
[ "$(tr '\n' ' ' </tmp/inserted)" = 'rare.ko bad.ko ' ] || die "$(cat /tmp/inserted)"
umount /proc
flasher status >/tmp/status
grep -qF '"modules_failed":["bad: invalid module format","other: ' /tmp/status || die "$(cat /tmp/status)"
rm /etc/levitate/modules
pass
