# shellcheck shell=sh
# The volumes of an OpenWrt: as large as their images, what takes the rest gives its room and is made anew. What
# was cut off is carried on.
# shellcheck disable=SC2086 # the words of a target are several

# shellcheck source=test/shell/harness.sh
. /harness.sh
# shellcheck source=test/shell/volumes.sh
. /volumes.sh

# set_up: kernel is number 0, of 6 eraseblocks, rootfs 1, of 10, and rootfs_data 2, with the rest, 24, but what is given.
set_up() { # [FREE]
	no_volumes
	volume 0 kernel dynamic 6 1
	volume 1 rootfs dynamic 10 1
	volume 2 rootfs_data dynamic $((24 - ${1:-0})) 1
	echo 0 >/sys/class/ubi/ubi0/bad_peb_count
	echo 3 >/sys/class/ubi/ubi0/reserved_for_bad
}
root='openwrt-volume rootfs ubi rootfs_data'
kernel='openwrt-volume kernel ubi rootfs_data'
both='openwrt-volume rootfs ubi rootfs_data openwrt-volume kernel ubi rootfs_data'
hold_lease

# The image takes 8 eraseblocks. What takes the rest counts as free, and is told.
set_up
flasher target $root | grep -q '"free_lebs":24,.*"rest":"rootfs_data","rest_lebs":24,' || die "$(flasher target $root)"

# Of that UBI takes back what it lacks of its spares: 3 of 128, and it has 1, and 1 is bad.
echo 1 >/sys/class/ubi/ubi0/bad_peb_count
echo 1 >/sys/class/ubi/ubi0/reserved_for_bad
flasher target $root | grep -q '"free_lebs":23,.*"rest_lebs":24,' || die "$(flasher target $root)"

# Where there is room beside it, it stays until the swap.
set_up 12
write "beside $root"
[ "$(names)" = 'kernel levitate.new.rootfs rootfs rootfs_data ' ] || die "$(names)"
[ ! -e /run/levitate/touched ] || die "touched"
called 'ubimkvol /dev/ubi0 -N levitate.new.rootfs -t dynamic -a 1 -s 2400000'
flasher swap "$lease" $root >/dev/null
[ "$(names)" = 'kernel rootfs rootfs_data ' ] || die "$(names)"
called 'ubimkvol /dev/ubi0 -N rootfs_data -t dynamic -a 1 -s 7800000'

# Where there is none, it goes first, which touches the device; both are swapped at once, and the rest is what both leave.
set_up
write "beside $root"
[ "$(names)" = 'kernel levitate.new.rootfs rootfs ' ] || die "$(names)"
flasher status | grep -q '"openwrt-volume-rootfs_ubi_rootfs_data":"touched"' || die "not touched"
write "beside $kernel"
flasher swap "$lease" $both | grep -qx '{"type":"swapped"}' || die "not swapped"
called 'ubirename /dev/ubi0 levitate.new.rootfs rootfs rootfs levitate.old.rootfs levitate.new.kernel kernel kernel levitate.old.kernel'
[ "$(names)" = 'kernel rootfs rootfs_data ' ] || die "$(names)"
[ "$(lebs rootfs) $(lebs kernel) $(lebs rootfs_data)" = '8 8 24' ] || die "$(lebs rootfs) $(lebs kernel) $(lebs rootfs_data)"
flasher status | grep -q '"openwrt-volume-kernel_ubi_rootfs_data":"verified","openwrt-volume-rootfs_ubi_rootfs_data":"verified"' ||
	die "$(flasher status)"

# Another volume of the UBI gets its place in the same change, whichever is named first, and the rest is what all of them leave.
data='ubi-volume data ubi'
for together in "$data $root" "$root $data"; do
	set_up 12
	volume 3 data static 4 1
	write "beside $data"
	write "beside $root"
	flasher swap "$lease" $together >/dev/null
	[ "$(grep -c '^ubirename ' /tmp/called)" = 1 ] || die "$(cat /tmp/called)"
	[ "$(names)" = 'data kernel rootfs rootfs_data ' ] || die "$(names)"
	[ "$(lebs rootfs) $(lebs data) $(lebs rootfs_data)" = '8 8 18' ] || die "$(lebs rootfs) $(lebs data) $(lebs rootfs_data)"
	flasher status | grep -q '"openwrt-volume-rootfs_ubi_rootfs_data":"verified","ubi-volume-data_ubi":"verified"' ||
		die "$(flasher status)"
done

# So it is where the flasher ends behind the rename.
set_up 12
volume 3 data static 4 1
write "beside $data"
write "beside $root"
touch /tmp/cut
fails flasher swap "$lease" $data $root
rm /tmp/cut
refused LEAVE_REFUSED flasher leave
flasher swap "$lease" $data $root >/dev/null
[ "$(names) $(lebs rootfs_data)" = 'data kernel rootfs rootfs_data  18' ] || die "$(names) $(lebs rootfs_data)"
! flasher status | grep -q '":"touched"' || die "$(flasher status)"

# The flasher ends behind the rename: nothing counts as whole before the rest is there, and the same again makes it.
set_up
write "beside $root"
write "beside $kernel"
touch /tmp/cut
fails flasher swap "$lease" $both
rm /tmp/cut
refused LEAVE_REFUSED flasher leave
flasher swap "$lease" $both >/dev/null
[ "$(names)" = 'kernel rootfs rootfs_data ' ] || die "$(names)"
! flasher status | grep -q '":"touched"' || die "$(flasher status)"

# The rest cannot be made: the device does not leave by itself, and the same again carries on.
set_up
write "beside $root"
touch /tmp/no-room
refused WRITE_FAILED flasher swap "$lease" $root
rm /tmp/no-room
refused LEAVE_REFUSED flasher leave
flasher swap "$lease" $root >/dev/null
[ "$(names)" = 'kernel rootfs rootfs_data ' ] || die "$(names)"

# A device that lost the rest gets it though all else is there.
set_up
rm -r /sys/class/ubi/ubi0_2
count
flasher target $root | grep -q '"rest_lebs":0,' || die "$(flasher target $root)"
flasher verified "$lease" "$sha" $root >/dev/null
flasher verified "$lease" "$sha" $kernel >/dev/null
flasher swap "$lease" $both >/dev/null
[ "$(lebs rootfs_data)" = 24 ] || die "$(names)"

# In place it gets its size as well, and the rest goes where a larger one needs its room.
set_up
echo 30 >/sys/class/ubi/ubi0_1/reserved_ebs
echo 4 >/sys/class/ubi/ubi0_2/reserved_ebs
count
write "$root"
called 'ubirsvol /dev/ubi0 -N rootfs -s 2400000'
[ "$(names)" = 'kernel rootfs rootfs_data ' ] || die "$(names)"
set_up
echo 3 >/sys/class/ubi/ubi0_1/reserved_ebs
echo 31 >/sys/class/ubi/ubi0_2/reserved_ebs
count
write "$root"
[ "$(names) $(lebs rootfs)" = 'kernel rootfs  8' ] || die "$(names) $(lebs rootfs)"
flasher verified "$lease" "$sha" $root >/dev/null
flasher swap "$lease" $root >/dev/null
[ "$(lebs rootfs) $(lebs rootfs_data)" = '8 26' ] || die "$(lebs rootfs) $(lebs rootfs_data)"
# What is half written there is not swapped.
set_up
write "$root"
echo 1 >/sys/class/ubi/ubi0_1/upd_marker
refused WRITE_FAILED flasher swap "$lease" $root
pass
