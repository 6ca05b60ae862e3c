/**
 * Root file systems as an embedded build leaves them, to build archives from: busybox, dropbear and mtd-utils, compiled
 * from Debian's sources for processors that no device of the lab has, and small ones for its routers.
 */
import { join } from 'node:path';
import { applets } from '../../../src/rootfs/applets.js';
import { cached, labDir } from '../cache.js';
import { run } from './run.js';

const suite = 'bookworm';
const mirror = 'http://deb.debian.org/debian';

interface Kind {
  /** The system that it is for, as configure scripts know it. */
  host: string;
  cc: string;
  strip: string;
  /** Where the libraries are that dropbear and mtd-utils load; without it they are static, as busybox always is. */
  libraries?: string;
}

const cross = (host: string): Kind => ({
  host,
  cc: `${host}-gcc-12`,
  strip: `${host}-strip`,
});

const kinds = {
  'amd64-musl': { host: 'x86_64-linux-musl', cc: 'musl-gcc', strip: 'strip' },
  riscv64: { ...cross('riscv64-linux-gnu'), libraries: '/usr/riscv64-linux-gnu/lib' },
  mips: cross('mips-linux-gnu'),
  mipsel: cross('mipsel-linux-gnu'),
  armel: cross('arm-linux-gnueabi'),
} satisfies Record<string, Kind>;

export type SysrootName = keyof typeof kinds;

/** The folder of one; built if absent, for which the compilers have to be installed. */
export async function buildSysroot(name: SysrootName): Promise<string> {
  const { host, cc, strip, libraries }: Kind = kinds[name];
  const settings = {
    HOST: host,
    CC: cc,
    STRIP: strip,
    LIBRARIES: libraries ?? '',
    APPLETS: Object.values(applets).flat().join(' '),
  };
  const dir = await cached(
    `sysroot-${name}`,
    ['recipes/sysroot'],
    JSON.stringify(settings),
    async (scratch) => {
      const words = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
      await run(['env', ...words, 'sh', script('build.sh'), await sources(), scratch]);
    },
  );
  return join(dir, 'root');
}

const script = (name: string): string => join(labDir, 'recipes/sysroot', name);

const sources = (): Promise<string> =>
  cached('sysroot-sources', ['recipes/sysroot/fetch.sh'], suite, async (scratch) => {
    const packages = ['busybox', 'dropbear', 'mtd-utils'];
    await run(['sh', script('fetch.sh'), scratch, mirror, suite, ...packages]);
  });
