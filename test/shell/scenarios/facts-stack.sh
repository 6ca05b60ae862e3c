# shellcheck shell=sh
# The facts tell what block devices are made of, whatever their names are made of, and nothing of what is not set up.

# shellcheck source=test/shell/harness.sh
. /harness.sh
mount -t tmpfs sys /sys
mkdir -p /sys/block/vda/vda1 /sys/block/md0/md /sys/block/md1/md /sys/block/md0/slaves/vda1 /sys/block/loop0/loop /sys/block/loop1 \
	/sys/block/dm-0/dm /sys/block/dm-0/slaves/md0 /sys/block/dm-1/dm /sys/block/dm-2/dm
echo 1 >/sys/block/vda/vda1/partition
echo clean >/sys/block/md0/md/array_state
echo raid1 >/sys/block/md0/md/level
echo 1.2 >/sys/block/md0/md/metadata_version
echo clear >/sys/block/md1/md/array_state
echo '/my image' >/sys/block/loop0/loop/backing_file
printf '%s\n' 'vg-my\x20root' >/sys/block/dm-0/dm/name
echo LVM-abcd >/sys/block/dm-0/dm/uuid
echo 'my data' >/sys/block/dm-1/dm/name
echo CRYPT-LUKS2-0123-data >/sys/block/dm-1/dm/uuid
echo bare >/sys/block/dm-2/dm/name
echo >/sys/block/dm-2/dm/uuid
ln -s ../devices/platform/host2/session1/target2:0:0/2:0:0:0/block/sda /sys/block/sda
ln -s ../devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sdb /sys/block/sdb
sent remote/facts.sh
sed -n '/^\(stands\|mapped\|array\|loop\|network-disk\)=/p' /tmp/out >/tmp/stack
cat >/tmp/wanted <<'WANTED'
stands=dm-0 md0
stands=md0 vda1
stands=vda1 vda
mapped=dm-0 LVM vg-my\x20root
mapped=dm-1 LUKS2 my data
mapped=dm-2 - bare
array=md0 raid1 1.2
loop=loop0 /my image
network-disk=sda iSCSI
WANTED
diff /tmp/wanted /tmp/stack || die "the facts of the stack are others"
grep -q '^mounted=[^ ]* r[ow] [^ ]* /$' /tmp/out || die "the root is not told: $(grep mounted /tmp/out)"
pass
