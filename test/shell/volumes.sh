# shellcheck shell=sh
# Behind harness.sh: programs of mtd-utils that stand for a UBI of 40 eraseblocks, which keeps its volumes in /sys and their content in
# /tmp/content, and words for scenarios of it.
# shellcheck disable=SC2086,SC2154 # the words of a target are several; lease, length and sha are those of the harness

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
[ ! -e /tmp/no-room ]
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

# no_volumes: as if the UBI was new, and nothing was ever written.
no_volumes() {
	rm -rf /sys/class/ubi/ubi0_* /tmp/called /run/levitate/targets /run/levitate/touched /tmp/cut
	: >/tmp/called
	export LEVITATE_UBI_WORDS='root=ubi0:rootfs'
}
names() {
	cat /sys/class/ubi/ubi0_*/name | sort | tr '\n' ' '
}
# lebs NAME: prints how many eraseblocks it has.
lebs() {
	cat "/sys/class/ubi/ubi0_$(id "$1")/reserved_ebs"
}
# called LINE: a program was called so.
called() {
	grep -qx -e "$1" /tmp/called || die "not called: $1: $(cat /tmp/called)"
}
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
