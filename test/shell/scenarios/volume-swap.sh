# shellcheck shell=sh
# A UBI volume is written beside the old one and takes its name: what is made, refused, removed, and what is carried on. Programs
# of mtd-utils stand here for a UBI that keeps its volumes in /sys and their content in /tmp/content.
# shellcheck disable=SC2086 # the words of a target are several

# shellcheck source=test/shell/harness.sh
. /harness.sh
image
mkdir -p /sys /tmp/content /tmp/bin
touch /tmp/null /tmp/kmsg
mount --bind /dev/null /tmp/null
mount -t tmpfs sys /sys
mount -t tmpfs dev /dev
for node in null kmsg mtd0 ubi0; do
	touch "/dev/$node"
	mount --bind /tmp/null "/dev/$node"
done
mkdir -p /sys/class/mtd/mtd0 /sys/class/ubi/ubi0
for field in name:ubi size:16777216 erasesize:131072 subpagesize:2048 flags:0x400 type:nand bad_blocks:0; do
	echo "${field#*:}" >"/sys/class/mtd/mtd0/${field%:*}"
done
echo 0 >/sys/class/ubi/ubi0/mtd_num

cat >/tmp/ubi.sh <<'END'
# volume ID NAME TYPE LEBS ALIGNMENT: a volume, and its node.
volume() {
	mkdir -p "/sys/class/ubi/ubi0_$1"
	for field in "name:$2" "type:$3" "reserved_ebs:$4" "alignment:$5" usable_eb_size:300000 dev:250:9 corrupted:0 upd_marker:0 data_bytes:0; do
		echo "${field#*:}" >"/sys/class/ubi/ubi0_$1/${field%%:*}"
	done
	[ -c "/dev/ubi0_$1" ] || { touch "/dev/ubi0_$1" && mount --bind /tmp/null "/dev/ubi0_$1"; }
	count
}
# count: what no volume has, of 40 eraseblocks.
count() {
	_free=40
	for _of in /sys/class/ubi/ubi0_*/reserved_ebs; do _free=$((_free - $(cat "$_of"))); done
	echo "$_free" >/sys/class/ubi/ubi0/avail_eraseblocks
}
# id NAME: prints the number of the volume.
id() {
	for _of in /sys/class/ubi/ubi0_*; do
		[ "$(cat "$_of/name")" != "$1" ] || echo "${_of##*_}"
	done
}
END
# shellcheck source=/dev/null
. /tmp/ubi.sh

# program NAME: one that stands for a program of mtd-utils; its text comes on standard input.
program() {
	{
		printf '#!/usr/bin/busybox sh\nset -eu\n. /tmp/ubi.sh\necho "%s $*" >>/tmp/called\n' "$1"
		cat
	} >"/tmp/bin/$1"
	chmod 755 "/tmp/bin/$1"
	[ -e "/usr/sbin/$1" ] || touch "/usr/sbin/$1"
	mount --bind "/tmp/bin/$1" "$(readlink -f "/usr/sbin/$1")"
}
program ubimkvol <<'END'
case "$1 $2 $4 $6 $8" in
'/dev/ubi0 -N -t -a -s') _lebs=$(($9 / 300000)) ;;
'/dev/ubi0 -N -t -a -S') _lebs=$9 ;;
*) exit 1 ;;
esac
_id=0
while [ -e "/sys/class/ubi/ubi0_$_id" ]; do _id=$((_id + 1)); done
[ "$_lebs" -le "$(cat /sys/class/ubi/ubi0/avail_eraseblocks)" ]
volume "$_id" "$3" "$5" "$_lebs" "$7"
END
program ubirmvol <<'END'
[ "$1 $2" = '/dev/ubi0 -N' ]
rm -r "/sys/class/ubi/ubi0_$(id "$3")"
count
END
program ubirsvol <<'END'
[ "$1 $2 $4" = '/dev/ubi0 -N -s' ]
echo "$(($5 / 300000))" >"/sys/class/ubi/ubi0_$(id "$3")/reserved_ebs"
count
END
program ubirename <<'END'
shift
_ids=
for _name in "$@"; do
	[ -n "${_turn-}" ] && _turn= && continue
	_turn=1
	_ids="$_ids $(id "$_name")"
done
for _id in $_ids; do
	echo "$2" >"/sys/class/ubi/ubi0_$_id/name"
	shift 2
done
[ ! -e /tmp/cut ] || kill -KILL "$PPID"
END
program ubiupdatevol <<'END'
case $2 in
-t) ;;
*) cat >"/tmp/content/${1##*/}" ;;
esac
END

# set_up: rootfs is number 0, of 10 eraseblocks, and data number 1, static, of 5.
set_up() {
	rm -rf /sys/class/ubi/ubi0_* /tmp/called /run/levitate/targets /run/levitate/touched /tmp/cut
	: >/tmp/called
	volume 0 rootfs dynamic 10 1
	volume 1 data static 5 8
	export LEVITATE_UBI_WORDS='root=ubi0:rootfs'
}
names() {
	cat /sys/class/ubi/ubi0_*/name | sort | tr '\n' ' '
}
hold_lease
on='ubi-volume rootfs ubi'
# write WORDS: the image, as the host sends it.
write() {
	flasher open "$lease" "$length" "$sha" $1 >/dev/null
	{
		for i in 0 1 2; do chunk_frame "$i" "/tmp/c$i"; done
		echo end
	} >/tmp/frames
	flasher feed "$lease" $1 </tmp/frames >/dev/null
	flasher finish "$lease" $1 >/dev/null
}

# Nothing is touched until the swap, and then all at once.
set_up
write "beside $on"
[ "$(names)" = 'data levitate.new.rootfs rootfs ' ] || die "$(names)"
grep -qx 'ubimkvol /dev/ubi0 -N levitate.new.rootfs -t dynamic -a 1 -s 3000000' /tmp/called || die "$(cat /tmp/called)"
cmp /tmp/image /tmp/content/ubi0_2 || die "what was written beside differs"
[ ! -e /run/levitate/touched ] || die "touched"
flasher status | grep -q '"touched":false,"targets":{}' || die "touched"
flasher swap "$lease" $on | grep -qx '{"type":"swapped"}' || die "not swapped"
[ "$(names)" = 'data rootfs ' ] || die "$(names)"
[ "$(id rootfs)" = 2 ] || die "the old one has stayed"
flasher status | grep -q '"touched":true,"targets":{"ubi-volume-rootfs_ubi":"verified"}' || die "not verified"
# The answer was lost: the same again.
: >/tmp/called
flasher swap "$lease" $on | grep -qx '{"type":"swapped"}' || die "not swapped again"
[ ! -s /tmp/called ] || die "done twice: $(cat /tmp/called)"

# What an interrupted run has left is removed first, and nothing else is; its room counts as free.
set_up
volume 2 levitate.new.rootfs dynamic 12 1
volume 3 levitate.old.rootfs dynamic 8 1
volume 4 levitate.new.data dynamic 1 1
flasher target $on | grep -q '"free_lebs":24,"pinned":"","leftovers":\["levitate.new.rootfs","levitate.old.rootfs"\]' ||
	die "$(flasher target $on)"
write "beside $on"
[ "$(names)" = 'data levitate.new.data levitate.new.rootfs rootfs ' ] || die "$(names)"
flasher swap "$lease" $on >/dev/null
[ "$(names)" = 'data levitate.new.data rootfs ' ] || die "$(names)"

# Two at once: one call of ubirename.
set_up
write "beside $on"
write "beside ubi-volume data ubi"
grep -q 'ubimkvol .* -t static -a 8 ' /tmp/called || die "the new volume is of another type"
flasher swap "$lease" ubi-volume rootfs ubi data ubi >/dev/null
grep -qx 'ubirename /dev/ubi0 levitate.new.rootfs rootfs rootfs levitate.old.rootfs levitate.new.data data data levitate.old.data' /tmp/called ||
	die "$(cat /tmp/called)"
[ "$(names)" = 'data rootfs ' ] || die "$(names)"

# The flasher ends behind the swap: the same again removes what is left.
set_up
write "beside $on"
touch /tmp/cut
fails flasher swap "$lease" $on
rm /tmp/cut
[ "$(names)" = 'data levitate.old.rootfs rootfs ' ] || die "$(names)"
flasher status | grep -q '"ubi-volume-rootfs_ubi":"touched"' || die "it is not known to be touched"
flasher swap "$lease" $on >/dev/null
[ "$(names) $(id rootfs)" = 'data rootfs  2' ] || die "$(names)"

# What was not written to its end, or not at all, is not swapped.
set_up
refused WRITE_FAILED flasher swap "$lease" $on
write "beside $on"
echo 1 >/sys/class/ubi/ubi0_2/upd_marker
refused WRITE_FAILED flasher swap "$lease" $on
[ "$(names)" = 'data levitate.new.rootfs rootfs ' ] || die "$(names)"
[ ! -e /run/levitate/touched ] || die "touched"

# In place a volume grows, and leftovers go when it was verified.
set_up
echo 4 >/sys/class/ubi/ubi0_0/reserved_ebs
count
write "$on"
grep -qx 'ubirsvol /dev/ubi0 -N rootfs -s 2400000' /tmp/called || die "$(cat /tmp/called)"
[ -e /run/levitate/touched ] || die "not touched"
volume 2 levitate.new.rootfs dynamic 1 1
flasher verified "$lease" "$sha" $on >/dev/null
[ "$(names)" = 'data rootfs ' ] || die "$(names)"
# More than there is cannot be asked for.
volume 3 others dynamic 24 1
refused IMAGE_TOO_LARGE flasher open "$lease" $((11 * 300000 + 1)) "$sha" $on

# Who names it by its number keeps its number.
set_up
pinned() { # WORDS SAID
	LEVITATE_UBI_WORDS=$1 flasher target $on | grep -qF "\"pinned\":\"$2" || die "$1: $(LEVITATE_UBI_WORDS=$1 flasher target $on)"
}
for words in root=ubi0_0 root=/dev/ubi0_0 root=/dev/ubiblock0_0 ubi.block=0,0 ubi.block=/dev/ubi0_0 ubi0 root=ubi0 \
	'quiet ubi.mtd=ubi root=ubi0_0 rw' 'dm-mod.create="v,,,ro,0 9 verity 1 /dev/ubiblock0_0 /dev/ubiblock0_1"'; do
	case $words in quiet*) said=root=ubi0_0 ;; dm*) said=/dev/ubiblock0_0 ;; *) said=$words ;; esac
	pinned "$words" "$said"
done
for words in root=ubi0:rootfs root=ubi0_00 root=ubi1_0 root=ubi10_0 root=ubi0_1 ubi.block=0,rootfs ubi.block=0,1 ubi.block=1,0 ubi.mtd=0 ubi1 ''; do
	pinned "$words" '"'
done
unset LEVITATE_UBI_WORDS
flasher target $on | grep -q '"pinned":"how the device' || die "$(flasher target $on)"

# What has to be known to keep its content.
set_up
flasher target ubi-volume data ubi | grep -q '"volume_type":"static","alignment":8,"held_bytes":0,"unread":"","ubi_lebs":40}' ||
	die "$(flasher target ubi-volume data ubi)"
echo 1 >/sys/class/ubi/ubi0_1/upd_marker
flasher target ubi-volume data ubi | grep -q '"unread":"an update' || die "$(flasher target ubi-volume data ubi)"
# Volumes have taken eraseblocks that UBI sets aside on NAND: 3 of 128, and it has 1, and 1 is bad.
echo 1 >/sys/class/ubi/ubi0/bad_peb_count
echo 1 >/sys/class/ubi/ubi0/reserved_for_bad
volume 2 more dynamic 25 1
flasher target ubi-volume data ubi | grep -q '"ubi_lebs":39}' || die "$(flasher target ubi-volume data ubi)"

# A volume that a layout lacks is made, once, and of the type and the size that is asked for.
set_up
made() {
	flasher make-volume "$lease" env static 3 8 ubi ubi
}
[ "$(made)" = '{"type":"made"}' ] || die "not made"
[ "$(made)" = '{"type":"made"}' ] || die "not there"
[ "$(cat /tmp/called)" = 'ubimkvol /dev/ubi0 -N env -t static -a 8 -S 3' ] || die "$(cat /tmp/called)"
[ "$(names)" = 'data env rootfs ' ] || die "$(names)"
flasher status | grep -q '"ubi-ubi":"touched"' || die "nothing was noted"
refused WRITE_FAILED flasher make-volume "$lease" more dynamic 30 1 ubi ubi
refused USAGE flasher make-volume "$lease" more other 3 1 ubi ubi
refused USAGE flasher make-volume "$lease" more dynamic 3 1 file chunks

# A kind that writes nothing beside has nothing to swap.
refused USAGE flasher swap "$lease" file chunks
pass
