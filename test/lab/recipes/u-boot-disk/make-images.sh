#!/bin/sh
# Behind make-root.sh of the routers: makes VERSION.boot.ext4 in SCRATCH, a partition from which U-Boot's distro boot starts
# KERNEL with all of the root as its initramfs. MODULES is a folder with drivers, named in the order of loading.
set -eu
# shellcheck disable=SC2154 # scratch, version, root and overlay are those of make-root.sh
kernel=$1 modules=$2 console=$3 mebibytes=$4

rm "$root/etc/init.d/S10data"
mkdir "$root/modules"
cp "$modules"/*.ko "$root/modules/"
cat >"$root/init" <<'EOF_INIT'
#!/bin/sh
mount -t devtmpfs devtmpfs /dev
exec </dev/console >/dev/console 2>&1
for module in /modules/*.ko; do
  insmod "$module"
done
exec /sbin/init
EOF_INIT
chmod 755 "$root/init"

boot=$scratch/boot-$version
mkdir -p "$boot/extlinux"
(cd "$root" && find . | cpio --quiet -o -H newc | gzip -1) >"$boot/initrd.gz"
cp "$kernel" "$boot/Image"
cat >"$boot/extlinux/extlinux.conf" <<EOF_CONF
default system
label system
  kernel /Image
  initrd /initrd.gz
  append console=$console panic=10
EOF_CONF
mke2fs -q -t ext4 -O '^metadata_csum,^64bit' -d "$boot" "$version.boot.ext4" "${mebibytes}M"
rm -rf "$root" "$boot" "$overlay" "$modules"
