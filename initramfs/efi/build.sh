#!/bin/sh
# Compiles the boot loader of a rescue on UEFI: build.sh COMPILER OUT. The compiler is a gcc for x86_64 or aarch64, which knows its linker.
# The same compiler makes the same bytes in any folder.
set -eu
compiler=$1 out=$2
cd "$(dirname "$0")"
mkdir -p "$(dirname "$out")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
case $("$compiler" -dumpmachine) in
x86_64-*) flags='-mno-red-zone -mgeneral-regs-only -fcf-protection=none' ;;
aarch64-*) flags='-mgeneral-regs-only -mstrict-align' ;;
*)
	echo "UEFI is not supported on $("$compiler" -dumpmachine)" >&2
	exit 0
	;;
esac
# shellcheck disable=SC2086 # words
"$compiler" -std=c11 -ffreestanding -fpic -fvisibility=hidden -fshort-wchar -fno-stack-protector \
	-fno-asynchronous-unwind-tables -fno-unwind-tables -Os -Wall -Wextra -Werror $flags -c loader.c -o "$scratch/loader.o"
"$compiler" -c header.S -o "$scratch/header.o"
$("$compiler" -print-prog-name=ld) -static -nostdlib --no-dynamic-linker --build-id=none -z noexecstack -T layout.ld -o "$scratch/loader.elf" \
	"$scratch/header.o" "$scratch/loader.o"
$("$compiler" -print-prog-name=objcopy) -O binary "$scratch/loader.elf" "$out.new"
mv "$out.new" "$out"
