/** Kernel modules out of Debian packages: by the kernel's release or by a package, and under a lock. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { archiveInfo } from '../../../../src/archive/read.js';
import { build, type BuildOptions } from '../../../../src/operations/build/build.js';
import { makeModule } from '../../../unit/rootfs/make-module.js';
import { DebianRepository, smallestPackages } from '../../../unit/sources/debian-repository.js';

const kernelPackage = (release: string, version: string) => {
  const folder = `/lib/modules/${release}`;
  return {
    ...{ name: `linux-image-${release}`, version, depends: 'kmod, linux-base' },
    files: {
      [`${folder}/kernel/drivers/mtd/ubi/ubi.ko`]: makeModule({ release, depends: ['mtd'] }),
      [`${folder}/kernel/drivers/mtd/mtd.ko`]: makeModule({ release }),
      [`${folder}/modules.builtin`]: Buffer.from('kernel/fs/tmpfs.ko\n'),
      [`/boot/vmlinuz-${release}`]: Buffer.from('kernel'),
    },
  };
};
const newest = (release: string, version: string) => ({
  ...{ name: 'linux-image-test', version, depends: `linux-image-${release} (= ${version})` },
  files: { '/usr/share/doc/linux-image-test/none': Buffer.from('') },
});

let folder: string;
let repository: DebianRepository;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-kernels-'));
  repository = await DebianRepository.make(join(folder, 'mirror'));
  await repository.publish([
    ...smallestPackages('1.0'),
    kernelPackage('6.1.0-1-test', '6.1.10'),
    newest('6.1.0-1-test', '6.1.10'),
  ]);
  vi.stubEnv('APT_CONFIG', repository.aptConfig);
  vi.stubEnv('LEVITATE_CACHE', join(folder, 'cache'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const output = () => join(folder, 'a.gz');
async function builtWith(modules: string, options: Partial<BuildOptions> = {}) {
  const profile = join(folder, 'a.yaml');
  await writeFile(profile, `name: a\narch: x86_64\nroot: { modules: ${modules} }\n`);
  return build({ profile, output: output(), ...options });
}
const paths = ['mtd.ko', 'ubi/ubi.ko'].map(
  (end) => `/usr/lib/modules/6.1.0-1-test/kernel/drivers/mtd/${end}`,
);

test.each(['6.1.0-1-test', 'linux-image-6.1.0-1-test', 'linux-image-test'])(
  'the kernel %s gives its modules, and the manifest says so',
  async (kernel) => {
    const { manifest } = await builtWith(`{ kernel: ${kernel}, names: [tmpfs, ubi] }`);
    expect((await archiveInfo(output())).modules).toEqual(
      paths.map((path) => ({ path, required: true })),
    );
    const about = manifest.filter(
      ({ path, kind }) => kind === 'file' && path.includes('/modules/'),
    );
    expect(about).toMatchObject([
      { path: paths[0], origin: 'debian linux-image-6.1.0-1-test 6.1.10', mode: '0644' },
      { path: paths[1], reason: 'kernel module ubi' },
    ]);
    expect(about[0]!.reason).toBe('needed by kernel module ubi');
  },
);

test('a lock pins the kernel that a package meant', async () => {
  const modules = '{ kernel: linux-image-test, names: [ubi] }';
  const pinned = await builtWith(modules, { lock: true });
  expect(await readFile(join(folder, 'a.lock'), 'utf8')).toContain('"linux-image-6.1.0-1-test"');
  await repository.publish([
    ...smallestPackages('1.0'),
    kernelPackage('6.1.0-2-test', '6.1.20'),
    newest('6.1.0-2-test', '6.1.20'),
  ]);
  expect((await builtWith(modules, { locked: true })).sha256).toBe(pinned.sha256);
  await expect(
    builtWith('{ kernel: 6.1.0-2-test, names: [ubi] }', { locked: true }),
  ).rejects.toMatchObject({ code: 'LOCK_DIFFERS' });
  await rm(join(folder, 'a.lock'));
});

test.each<[string, string, string, RegExp, RegExp]>([
  ['is not named', '{ names: [ubi] }', 'KERNEL_UNKNOWN', /must be named/, /uname -r/],
  [
    'no source has',
    '{ kernel: linux-image-tset, names: [ubi] }',
    'KERNEL_UNKNOWN',
    /no package "linux-image-tset"/,
    /Did you mean linux-image-test\?/,
  ],
  [
    'has no such module',
    '{ kernel: linux-image-test, names: [ubj] }',
    'MODULE_UNKNOWN',
    /linux-image-6\.1\.0-[12]-test .* no module "ubj"/,
    /Did you mean ubi/,
  ],
])('a kernel that %s is refused', async (_name, modules, code, message, hint) => {
  await expect(builtWith(modules)).rejects.toMatchObject({
    ...{ code, exit: 2, message: expect.stringMatching(message) as string },
    hint: expect.stringMatching(hint) as string,
  });
});
