#!/bin/sh
# Sets a checkout up for building and testing: npm packages, a build, and the Debian packages that the lab and the
# tests run on, and further ones that are named. Asks nothing, and does nothing where all is there.
set -eu
cd "$(dirname "$0")/.."

packages='qemu-system-x86 mtd-utils busybox-static dropbear-bin openssh-server openssh-client mmdebstrap
  debian-archive-keyring util-linux e2fsprogs xz-utils gzip zstd bzip2 lz4 lzip zip unzip cpio openssl android-sdk-libsparse-utils
  minisign signify-openbsd gpg gpg-agent gpgv grub-pc-bin grub-common efibootmgr git shellcheck shfmt
  sudo opendoas make u-boot-tools libubootenv-tool fdisk dosfstools mtools squashfs-tools erofs-utils xfsprogs btrfs-progs f2fs-tools netcat-openbsd
  mandoc man-db zsh fish tcsh faketime gcc libc6-dev musl-tools postgresql ansible-core
  curl mosquitto mosquitto-clients snmpd snmp ipmitool openipmi gpiod dnsmasq-base'

if [ "$(id -u)" -ne 0 ]; then
  packages="$packages uidmap" # the lab's builds then run as root of a user namespace
fi

missing=
for package in $packages "$@"; do
  case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true) in
    'install ok installed') ;;
    *) missing="$missing $package" ;;
  esac
done

if [ -n "$missing" ]; then
  if [ "$(id -u)" -ne 0 ]; then
    echo "setup: these Debian packages are missing; as root, run:" >&2
    echo "  apt-get update && apt-get install -y --no-install-recommends$missing" >&2
    exit 1
  fi
  echo "setup: installing$missing"
  apt-get update -qq
  # shellcheck disable=SC2086 # one word a package
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o Dpkg::Use-Pty=0 --no-install-recommends $missing
fi

# npm leaves this file when an installation has ended well.
installed=node_modules/.package-lock.json
if [ ! -e "$installed" ] || [ -n "$(find package-lock.json -newer "$installed")" ]; then
  npm ci --no-audit --no-fund
fi

# The command line alone, which takes a second; packing compiles the rest as well.
npx tsx bundle.ts

# The helper for devices like this machine; npm run helper compiles it for the others.
helper=dist/helper/$(uname -m)
if [ ! -e "$helper" ] || [ -n "$(find initramfs/helper -newer "$helper")" ]; then
  headers=/usr/include/$(gcc -dumpmachine)
  sh initramfs/helper/build.sh "musl-gcc -idirafter $headers -idirafter /usr/include" "$PWD/$helper"
fi

# The boot loader of a rescue for the same.
loader=dist/efi/$(uname -m).efi
if [ ! -e "$loader" ] || [ -n "$(find initramfs/efi -newer "$loader")" ]; then
  sh initramfs/efi/build.sh gcc "$PWD/$loader"
fi
