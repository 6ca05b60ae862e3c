#!/bin/sh
# Runs COMMAND, a line for sh, as an ordinary user on a machine of its own: its file system is ROOT, in which this machine lends
# it libraries and a few programs, but no package manager, no xz and no zstd. ROOT has etc/ and home/you/; the network is
# shared, and so is npm's CACHE.
set -eu

if [ "${4-}" != inside ]; then
  exec unshare --user --map-root-user --mount --uts sh "$0" "$1" "$2" "$3" inside
fi
hostname laptop
root=$1 cache=$2 command=$3

for folder in dev proc usr/lib usr/local/lib usr/share lib lib64 etc/ssl; do
  [ -d "/$folder" ] || continue
  mkdir -p "$root/$folder"
  mount --rbind "/$folder" "$root/$folder"
done
mkdir -p "$root/home/you/.npm" "$root/tmp" "$root/usr/bin"
mount --bind "$cache" "$root/home/you/.npm"
ln -sfn usr/bin "$root/bin"
for name in sh env node npm ssh ssh-keygen cat ls; do
  program=$(readlink -f "$(command -v "$name")")
  case $program in
    # A script that looks for its library beside itself.
    */node_modules/*) ln -sf "$program" "$root/usr/bin/$name" ;;
    *)
      : >>"$root/usr/bin/$name"
      mount --bind "$program" "$root/usr/bin/$name"
      ;;
  esac
done

exec unshare --user --map-user=1000 --map-group=1000 --root="$root" --wd=/home/you -- \
  env -i HOME=/home/you USER=you TERM=xterm LC_ALL=C.UTF-8 PATH=/home/you/.local/bin:/usr/bin sh -c "$command"
