#!/bin/sh
# Makes the FAT partition of a board with U-Boot, FILE of MEBIBYTES: with SCRIPT what a U-Boot without an environment goes by, and
# otherwise both copies of the environment ENV.
set -eu
file=$1 mebibytes=$2 script=$3 env=$4

folder=$file.files
mkdir "$folder"
if [ -n "$script" ]; then
  sed 's/ rw panic=10 / rw panic=10 console=ttyAMA0 quiet norandmaps /' "$script" >"$folder/boot.cmd"
  mkimage -q -A arm64 -T script -C none -d "$folder/boot.cmd" "$folder/boot.scr" >/dev/null
  echo slot=a | mkenvimage -s 0x1000 -o "$folder/slots.env" -
else
  sed 's/ rw panic=10 / rw panic=10 console=ttyAMA0 quiet norandmaps /' "$env" >"$folder/text"
  mkenvimage -r -s 0x4000 -o "$folder/uboot.env" "$folder/text"
  cp "$folder/uboot.env" "$folder/uboot-redund.env"
  rm "$folder/text"
fi
truncate -s "${mebibytes}M" "$file"
mkfs.vfat -n BOOT "$file" >/dev/null
mcopy -i "$file" "$folder"/* ::/
rm -r "$folder"
