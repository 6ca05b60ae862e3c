#!/bin/sh
# Files for OpenWrt's image builder: puts a maintenance root into the folder that FILES= names.
#   files.sh ap.yaml files && make image PROFILE=acme_ap FILES="$PWD/files"
set -eu
profile=$1
files=$2
# The image builder copies modes as they are, those of folders that the device has already included.
umask 022
mkdir -p "$files/usr"
# shellcheck disable=SC2086 # LEVITATE may be several words
${LEVITATE:-levitate} install "$profile" --root "$files" --locked --quiet
