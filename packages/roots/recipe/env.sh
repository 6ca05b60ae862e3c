#!/bin/sh
# Compiles the env of levitate's own into ROOT.
set -eu
root=$1 here=$2
# shellcheck disable=SC2086
"$CC" $SMALL $SMALLER -o env "$here/env.c"
"$STRIP" -s -o "$root/usr/bin/env" env
