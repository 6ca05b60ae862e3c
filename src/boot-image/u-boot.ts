import type { Architecture } from '../profile/schema.js';

/** U-Boot's names for architectures, and their numbers in a legacy header (U-Boot `include/image.h`, `boot/image.c`). */
export const uBootArchitecture: Record<Architecture, { name: string; number: number }> = {
  x86_64: { name: 'x86_64', number: 24 },
  i686: { name: 'x86', number: 3 },
  aarch64: { name: 'arm64', number: 22 },
  armv7: { name: 'arm', number: 2 },
  armv5: { name: 'arm', number: 2 },
  mipsel: { name: 'mips', number: 5 },
  mips: { name: 'mips', number: 5 },
  mips64el: { name: 'mips64', number: 6 },
  mips64: { name: 'mips64', number: 6 },
  riscv64: { name: 'riscv', number: 26 },
  ppc64le: { name: 'ppc', number: 7 },
  s390x: { name: 's390', number: 8 },
};
