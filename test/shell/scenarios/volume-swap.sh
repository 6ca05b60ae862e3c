# shellcheck shell=sh
# A UBI volume is written beside the old one and takes its name: what is made, refused, removed, and what is carried on.
# shellcheck disable=SC2086 # the words of a target are several

# shellcheck source=test/shell/harness.sh
. /harness.sh
# shellcheck source=test/shell/volumes.sh
. /volumes.sh

# set_up: rootfs is number 0, of 10 eraseblocks, and data number 1, static, of 5.
set_up() {
	no_volumes
	volume 0 rootfs dynamic 10 1
	volume 1 data static 5 8
}
hold_lease
on='ubi-volume rootfs ubi'

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
flasher swap "$lease" ubi-volume rootfs ubi ubi-volume data ubi >/dev/null
grep -qx 'ubirename /dev/ubi0 levitate.new.rootfs rootfs rootfs levitate.old.rootfs levitate.new.data data data levitate.old.data' /tmp/called ||
	die "$(cat /tmp/called)"
[ "$(names)" = 'data rootfs ' ] || die "$(names)"

# So are two of different kinds.
set_up
write "beside $on"
write "beside ubi-volume data ubi"
flasher swap "$lease" ubi-volume rootfs ubi ubifs-tree data ubi >/dev/null
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
