# shellcheck shell=sh
# Locked eraseblocks of NOR flash are unlocked while the flasher writes there, and locked again as they were however that ends.

# shellcheck source=test/shell/harness.sh
. /harness.sh

# Stands for the locks of a chip (mtd-abi.h, MEMISLOCKED, MEMLOCK): what is locked are lines FROM LENGTH of a file.
locks=/tmp/locks
cat >/tmp/helper <<'HELPER'
#!/bin/sh
case $1 in
mtd-locked) cat /tmp/locks ;;
mtd-lock) echo "$3 $4" >>/tmp/locks ;;
*) exit 3 ;;
esac
HELPER
cat >/tmp/flash_unlock <<'UNLOCK'
#!/bin/sh
: >/tmp/locks
UNLOCK
chmod 755 /tmp/helper /tmp/flash_unlock
# Other scenarios have no part in what is put there.
for folder in /usr/lib/levitate /usr/sbin; do
	mkdir -p "/tmp/own$folder"
	cp -a "$folder/." "/tmp/own$folder"
	mount --bind "/tmp/own$folder" "$folder"
done
mv /tmp/helper /usr/lib/levitate/helper
mv /tmp/flash_unlock /usr/sbin/flash_unlock

cat >/usr/lib/levitate/flasher/kinds/nor.sh <<'KIND'
# Stands for NOR flash: the kind mtd on a plain file, which notes at each write what is locked.
part kinds/mtd
unset -f feed_by_helper
resolve() {
	name=$1 node=/tmp/mtd9 size=4194304 peb=65536 sys=/tmp/sys
}
holders() { :; }
fresh() { :; }
unfit() { :; }
close_writer() { :; }
put() {
	touch_target
	wc -l </tmp/locks >>/tmp/writes
	: >/tmp/slowly
	while [ -e /tmp/slow ]; do usleep 20000; done
	dd if="$2" of="$node" bs="$chunk" seek="$1" conv=notrunc status=none
}
KIND
mkdir /tmp/sys
echo 4194304 >/tmp/sys/size
cp /etc/levitate/levitate.conf /tmp/conf
# The reboot is none of this.
echo 'sleep() { exit; }' >>/tmp/conf
mount --bind /tmp/conf /etc/levitate/levitate.conf
dd if=/dev/zero of=/tmp/mtd9 bs=1048576 count=4 status=none
printf '0 131072\n1048576 65536\n' >/tmp/were
cp /tmp/were "$locks"
hold_lease
image

need_locked() {
	cmp -s /tmp/were "$locks" || die "it is not locked as it was $*: $(cat "$locks")"
}
frames() { # CHUNK...
	for i in "$@"; do chunk_frame "$i" "/tmp/c$i"; done
}
feed_and_kill() {
	rm -f /tmp/slowly
	: >/tmp/slow
	frames 1 >/tmp/frames
	command flasher feed "$lease" nor x </tmp/frames >/tmp/fed 7>&- &
	feeding=$!
	eventually test -e /tmp/slowly
	kill -KILL "$feeding"
	wait "$feeding" || :
	rm /tmp/slow
	[ ! -s "$locks" ] || die "it was locked again by nobody"
}

flasher open "$lease" "$length" "$sha" nor x >/dev/null
need_locked "after open"
{
	frames 1 2 0
	echo end
} | flasher feed "$lease" nor x >/dev/null
need_locked "after feed"
[ "$(tr -d '\n ' </tmp/writes)" = 000 ] || die "written while it is locked: $(cat /tmp/writes)"
flasher finish "$lease" nor x >/dev/null
head -c "$length" /tmp/mtd9 | cmp - /tmp/image || die "the medium differs"

frames 1 | head -c 1000 >/tmp/frames
refused CONNECTION_LOST sh -c "flasher feed $lease nor x </tmp/frames"
need_locked "after a cut"

feed_and_kill
flasher open "$lease" "$length" "$sha" nor x >/dev/null
need_locked "by open"
feed_and_kill
flasher finish "$lease" nor x >/dev/null
need_locked "by finish"
flasher open "$lease" "$length" "$sha" nor x >/dev/null
feed_and_kill
flasher verified "$lease" "$sha" nor x >/dev/null
drop_lease
flasher leave >/tmp/out
says '"type":"leaving"'
need_locked "by leave"

pass
