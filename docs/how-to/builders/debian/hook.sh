#!/bin/sh
# Hook of mmdebstrap, which gives it the root file system: puts a maintenance root into the image.
#   LEVITATE_PROFILE=box.yaml mmdebstrap --customize-hook=./hook.sh bookworm box.tar
set -eu
# shellcheck disable=SC2086 # LEVITATE may be several words
${LEVITATE:-levitate} install "${LEVITATE_PROFILE:?names the profile}" --root "$1" --locked --quiet
