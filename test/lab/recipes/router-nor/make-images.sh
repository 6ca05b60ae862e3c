#!/bin/sh
# Behind make-root.sh: makes the router's system, VERSION.rootfs.squashfs, in SCRATCH.
set -eu
# shellcheck disable=SC2154 # scratch, version, root and overlay are those of make-root.sh
cd "$root"
# Its data lies in the root file system itself, as an overlay.
rm etc/init.d/S10data
rmdir data
mkdir rom overlay
cd "$scratch"
mksquashfs "$root" "$version.rootfs.squashfs" -quiet -no-progress -comp gzip -b 64K -all-time 0 -mkfs-time 0
rm -rf "$root" "$overlay"
