/** How a ready root is compiled for each architecture of the profile's schema. */
import type { Architecture } from '../../src/profile/schema.js';

/** What the recipe is told of an architecture. */
export interface Row {
  /** The prefix of Debian's cross compiler. */
  cross: string;
  /** The system that programs are made for, as configure scripts know it. */
  musl: string;
  /** Debian's name, which the package with the kernel's headers has. */
  debian: string;
  /** What the compiler is told of the processor. */
  flags?: string;
  /** Scripts of the recipe, in their order. */
  programs: string[];
}

const everywhere = ['env', 'busybox', 'dropbear', 'mtd-utils', 'e2fsprogs', 'wpa_supplicant'];
const programs = ['musl', ...everywhere, 'kexec-tools'];
/** Their kernels mostly emulate no floating-point unit, and their processors have none. */
const soft = {
  flags: '-msoft-float -mno-abicalls',
  programs: ['musl', 'soft-float', ...everywhere, 'kexec-tools'],
};

export const architectures: Record<Architecture, Row> = {
  x86_64: { cross: 'x86_64-linux-gnu', musl: 'x86_64-linux-musl', debian: 'amd64', programs },
  i686: { cross: 'i686-linux-gnu', musl: 'i686-linux-musl', debian: 'i386', programs },
  aarch64: { cross: 'aarch64-linux-gnu', musl: 'aarch64-linux-musl', debian: 'arm64', programs },
  armv7: { cross: 'arm-linux-gnueabihf', musl: 'arm-linux-musleabihf', debian: 'armhf', programs },
  armv5: { cross: 'arm-linux-gnueabi', musl: 'arm-linux-musleabi', debian: 'armel', programs },
  mipsel: { cross: 'mipsel-linux-gnu', musl: 'mipsel-linux-musl', debian: 'mipsel', ...soft },
  mips: { cross: 'mips-linux-gnu', musl: 'mips-linux-musl', debian: 'mips', ...soft },
  mips64el: {
    ...{ cross: 'mips64el-linux-gnuabi64', musl: 'mips64el-linux-musl' },
    ...{ debian: 'mips64el', programs },
  },
  mips64: {
    ...{ cross: 'mips64-linux-gnuabi64', musl: 'mips64-linux-musl' },
    ...{ debian: 'mips64', programs },
  },
  // kexec-tools 2.0.25 does not know the processor.
  riscv64: {
    ...{ cross: 'riscv64-linux-gnu', musl: 'riscv64-linux-musl' },
    ...{ debian: 'riscv64', programs: ['musl', ...everywhere] },
  },
  // musl takes no other long double here.
  ppc64le: {
    ...{ cross: 'powerpc64le-linux-gnu', musl: 'powerpc64le-linux-musl' },
    ...{ debian: 'ppc64el', flags: '-mlong-double-64', programs },
  },
  s390x: { cross: 's390x-linux-gnu', musl: 's390x-linux-musl', debian: 's390x', programs },
};

/** Debian's packages that compiling for an architecture takes. */
export function compilersFor({ cross, debian }: Row): string[] {
  const compiler = cross === 'x86_64-linux-gnu' ? 'gcc-12' : `gcc-12-${cross.replace('_', '-')}`;
  return [compiler, `linux-libc-dev-${debian}-cross`];
}

/**
 * Reads the architectures that a command line names; all of them where it names none.
 * @throws Error for a word that is none
 */
export function askedFor(words: string[]): Architecture[] {
  const all = Object.keys(architectures) as Architecture[];
  const unknown = words.filter((word) => !(word in architectures));
  if (unknown.length > 0)
    throw new Error(`no architecture ${unknown.join(', ')}: there are ${all.join(', ')}`);
  return words.length > 0 ? (words as Architecture[]) : all;
}
