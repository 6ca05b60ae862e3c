#!/bin/sh
# Makes the system of stack-systemd as a tar: make-tar SCRATCH BASE RECIPES TARGET. Runs as root of a namespace or of the machine.
set -eu
scratch=$1 base=$2 recipes=$3 target=$4

root=$scratch/root
mkdir "$root"
tar -xf "$base" -C "$root" --exclude='./dev/*'
rm -f "$root"/etc/ssh/ssh_host_*
cp -r "$recipes/sbc-systemd/root/." "$root/"
rm -r "$root/boot/grub"
cp -r "$recipes/stack-systemd/root/." "$scratch/overlay/." "$root/"
chown -R 0:0 "$root/root" "$root/etc/ssh"
chmod 700 "$root/root" "$root/root/.ssh"
chmod 600 "$root"/etc/ssh/ssh_host_*_key "$root/root/.ssh/authorized_keys"
for file in vmlinuz initrd.img; do
	mv "$root"/boot/"$file"-* "$root/boot/$file"
done
rm -f "$root"/vmlinuz* "$root"/initrd.img*
rm -rf "$root"/var/cache/debconf/*-old "$root"/usr/lib/udev/hwdb.d

# A machine that has an identity, so that no boot is a first boot; and none of the timers that would disturb a test.
echo 6c65766974617465000000000000c0df >"$root/etc/machine-id"
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer \
	getty@tty1.service getty-static.service mdcheck_start.timer mdcheck_continue.timer mdmonitor-oneshot.timer; do
	ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
head -c 64 /dev/urandom >"$root/etc/data.key"
chmod 600 "$root/etc/data.key"
tar -cf "$target" --format=gnu --numeric-owner -C "$root" .
rm -rf "$root" "$scratch/overlay"
