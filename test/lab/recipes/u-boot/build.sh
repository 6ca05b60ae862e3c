#!/bin/sh
# Builds U-Boot for QEMU's 64-bit ARM board from Debian's source: its environment lies twice in a FAT file system, and it counts the
# starts of a trial. Debian's own build has one copy in a flash that QEMU cannot write as U-Boot does, and counts nothing.
# usage: build.sh FOLDER MIRROR SUITE
set -eu
folder=$1
mkdir -p "$folder/apt/lists/partial" "$folder/apt/archives/partial"
cd "$folder"
echo "deb-src $2 $3 main" >apt/sources.list
apt() {
  apt-get -qq -o APT::Sandbox::User=root -o Dir::Etc::sourcelist="$folder/apt/sources.list" -o Dir::Etc::sourceparts=- \
    -o Dir::State::lists="$folder/apt/lists" -o Dir::Cache="$folder/apt" "$@"
}
apt update
apt source u-boot >/dev/null
cd u-boot-*/
out=$folder/out
set -- O="$out" CROSS_COMPILE=aarch64-linux-gnu- CC=aarch64-linux-gnu-gcc-12
make -s "$@" qemu_arm64_defconfig
# The card's driver is there only after `virtio scan`, which comes before the count.
scripts/config --file "$out/.config" -e BOOTCOUNT_LIMIT -e BOOTCOUNT_ENV -e CMD_BOOTCOUNT -e SYS_REDUNDAND_ENVIRONMENT \
  -d ENV_IS_IN_FLASH -e ENV_IS_IN_FAT --set-str ENV_FAT_INTERFACE virtio --set-str ENV_FAT_DEVICE_AND_PART 0:1 \
  --set-str ENV_FAT_FILE uboot.env --set-str ENV_FAT_FILE_REDUND uboot-redund.env --set-val ENV_SIZE 0x4000 \
  -e USE_PREBOOT --set-str PREBOOT "virtio scan; env load" -e CMD_NVEDIT_LOAD
make -s "$@" olddefconfig
make -s "$@" -j2 u-boot.bin
cp "$out/u-boot.bin" "$folder/u-boot.bin"
cd "$folder"
rm -rf apt out u-boot-* u-boot_*
