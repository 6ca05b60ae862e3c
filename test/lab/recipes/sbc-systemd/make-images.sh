#!/bin/sh
# Makes the sbc's ext4 images: VERSION.root.ext4 and VERSION.data.ext4 in SCRATCH. Runs as root of a namespace or of
# the machine: needs no mounts, no loop devices.
set -eu
scratch=$1 version=$2 tar=$3 recipe=$4 overlay=$5 kernel=$6 root_mebi=$7 data_mebi=$8

root=$scratch/root-$version
mkdir "$root"
tar -xf "$tar" -C "$root" --exclude='./dev/*'
rm -f "$root"/etc/ssh/ssh_host_*
cp -r "$recipe/." "$root/"
cp -r "$overlay/." "$root/"
chown -R 0:0 "$root/root" "$root/etc/ssh"
chmod 700 "$root/root" "$root/root/.ssh"
chmod 600 "$root"/etc/ssh/ssh_host_*_key "$root/root/.ssh/authorized_keys"
mv "$root/boot/vmlinuz-$kernel" "$root/boot/vmlinuz"
rm -f "$root"/var/cache/apt/*.bin "$root"/var/lib/apt/lists/*_* "$root"/var/log/*.log
rm -rf "$root"/var/cache/debconf/*-old "$root"/usr/lib/udev/hwdb.d

# A user as Raspberry Pi OS has one: pi, with the password raspberry, who may use sudo with that.
# shellcheck disable=SC2016 # a hash, as crypt(5) describes it
useradd --prefix "$root" --create-home --uid 1000 --shell /bin/bash --groups sudo --password \
  '$6$levitate$LBO7CQOa5xL5Jq8f/whG9mGEv3gnDAPHRYUUIilNBJVH5VN6aKCLavNEnDbweV/.zFqbzdtoNl5XMUyygrKtA/' pi

# A machine that has an identity, so that no boot is a first boot; and none of the timers that would disturb a test.
echo 6c65766974617465000000000000c0de >"$root/etc/machine-id"
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
  fstrim.timer getty@tty1.service getty-static.service; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done

make_ext4() { # FILE MEBIBYTES LABEL FOLDER
  truncate -s "$2M" "$1"
  mke2fs -q -F -t ext4 -b 4096 -L "$3" -J size=4 -m 1 -E lazy_itable_init=0,lazy_journal_init=0,nodiscard -d "$4" "$1"
}
make_ext4 "$scratch/$version.root.ext4" "$root_mebi" root "$root"

data=$scratch/data-$version
mkdir "$data"
echo "data ${version#v}" >"$data/data-id"
head -c 2000000 "$root/usr/lib/product/firmware.bin" >"$data/records.bin"
make_ext4 "$scratch/$version.data.ext4" "$data_mebi" data "$data"
rm -rf "$root" "$data" "$overlay"
