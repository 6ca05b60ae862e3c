import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LevitateError } from '../../errors.js';
import type { Architecture } from '../../profile/schema.js';
import { writeWhole } from '../../shared/atomic-file.js';
import { hostSources, type AptHome } from './apt.js';

interface DebianArchitecture {
  name: string;
  triplet: string;
  /** The release to take where not every recent release has the architecture. */
  release?: string;
}

/** Debian's names of the architectures, and the triplets under which their libraries lie (Debian Multiarch/Tuples). */
const debianArchitectures: Partial<Record<Architecture, DebianArchitecture>> = {
  x86_64: { name: 'amd64', triplet: 'x86_64-linux-gnu' },
  i686: { name: 'i386', triplet: 'i386-linux-gnu' },
  aarch64: { name: 'arm64', triplet: 'aarch64-linux-gnu' },
  armv7: { name: 'armhf', triplet: 'arm-linux-gnueabihf' },
  armv5: { name: 'armel', triplet: 'arm-linux-gnueabi' },
  mipsel: { name: 'mipsel', triplet: 'mipsel-linux-gnu', release: 'bookworm' },
  mips64el: { name: 'mips64el', triplet: 'mips64el-linux-gnuabi64', release: 'bookworm' },
  riscv64: { name: 'riscv64', triplet: 'riscv64-linux-gnu', release: 'trixie' },
  ppc64le: { name: 'ppc64el', triplet: 'powerpc64le-linux-gnu' },
  s390x: { name: 's390x', triplet: 's390x-linux-gnu' },
};

/**
 * Gives the release to take packages from, where not every recent one has the architecture; undefined also where Debian
 * has no packages for it.
 */
export const releaseFor = (arch: Architecture): string | undefined =>
  debianArchitectures[arch]?.release;

/** Whether Debian has packages for an architecture in any recent release. */
export const isInDebian = (arch: Architecture): boolean => arch in debianArchitectures;

/**
 * Gives Debian's names for an architecture, and the release that has it.
 * @throws LevitateError SOURCE_FAILED where there is no Debian for it
 */
export function debianArchitecture(arch: Architecture): DebianArchitecture {
  const known = debianArchitectures[arch];
  if (known) return known;
  throw new LevitateError('SOURCE_FAILED', `there is no Debian for ${arch}`, {
    hint: `Get a ready root: npm run roots -- ${arch} in a checkout of levitate. Or name in root.from what has its programs: { sysroot: FOLDER }, or device.`,
  });
}

async function hostCodename(): Promise<string> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^VERSION_CODENAME="?([a-z]+)"?$/m.exec(text)?.[1] ?? 'unknown';
}

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Makes an apt folder under `cache` for an architecture. With a release, the mirrors of the host are asked for that
 * release in place of their own.
 * @throws LevitateError SOURCE_FAILED when the host has no Debian source to derive another release from.
 */
export async function aptHome(
  cache: string,
  arch: Architecture,
  release: string | undefined,
): Promise<AptHome> {
  const architecture = debianArchitecture(arch).name;
  const directory = join(cache, 'debian', `${release ?? 'host'}-${architecture}`);
  if (release === undefined) return { directory, architecture };

  // Only suites named after the release of this host count; sources of others than Debian have other names.
  const suites = new RegExp(`^${await hostCodename()}(-updates|-security)?$`);
  const lines = (await hostSources({ directory, architecture }))
    .filter(({ suite }) => suites.test(suite))
    .map(({ uri, suite }) => {
      const [, part = ''] = suites.exec(suite)!;
      return `deb [signed-by=${keyring}] ${uri} ${release}${part} main`;
    });
  if (lines.length === 0) {
    throw new LevitateError('SOURCE_FAILED', `apt has no Debian source to take ${release} from`, {
      hint: 'Add a Debian mirror to /etc/apt/sources.list.d, or leave the release out of the profile.',
    });
  }
  const sourcesList = join(directory, 'sources.list');
  await writeWhole(sourcesList, `${[...new Set(lines)].join('\n')}\n`);
  return { directory, architecture, sourcesList };
}
