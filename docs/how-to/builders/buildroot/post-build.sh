#!/bin/sh
# Post-build script of Buildroot: puts the maintenance root that board/acme/levitate.yaml describes into the image.
# With `root: { from: sysroot }` in the profile it is made of what Buildroot has built, and nothing is fetched.
#   BR2_ROOTFS_POST_BUILD_SCRIPT="board/acme/post-build.sh"
set -eu
target=$1
profile=${LEVITATE_PROFILE:-$(dirname "$0")/levitate.yaml}
# Debian packages, where the profile names debian as well, stay with Buildroot's other downloads.
export LEVITATE_CACHE="${LEVITATE_CACHE:-${BR2_DL_DIR:-$BASE_DIR/dl}/levitate}"

set -- "$profile" --root "$target" --sysroot "$target" --quiet
# A lock pins Debian packages: without one there are none to pin.
[ ! -e "${profile%.*}.lock" ] || set -- "$@" --locked
# shellcheck disable=SC2086 # LEVITATE may be several words
${LEVITATE:-levitate} install "$@"
