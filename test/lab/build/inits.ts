/** Devices that differ in their init only: Debian's own packages of it on an ext4 disk, and what boots them. */
import { mkdir, readFile, rename, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cached, labDir } from '../cache.js';
import { moduleClosure, writeInitramfs } from './initramfs.js';
import { labKeys } from './keys.js';
import { packages } from './packages.js';
import { run, runAsRoot } from './run.js';

/** The Debian packages of each init; what has none is in its recipe. */
const packagesOf = {
  sysvinit: ['sysvinit-core'],
  openrc: ['openrc', 'libeinfo1', 'librc1'],
  runit: ['runit', 'runit-init', 'runit-helper'],
  s6: ['s6', 'execline', 'libexecline2.9', 'libs6-2.11', 'libskarnet2.13'],
  finit: ['finit', 'finit-sysv', 'libite5', 'libuev3'],
  procd: [],
  unknown: [],
} as const;

export type InitName = keyof typeof packagesOf;
export const initNames = Object.keys(packagesOf) as InitName[];

const suite = 'bookworm';
const common =
  'busybox-static,dropbear,dash,coreutils,sed,grep,mawk,findutils,util-linux,mount,dpkg,sysvinit-utils,procps,' +
  'ifupdown,iproute2,kmod,perl-base,base-files,initscripts,sysv-rc,lsb-base,libpam0g,libaudit1,zlib1g,liblzma5,hostname,kexec-tools';

const modules = [
  ...['virtio_pci', 'virtio_blk', 'virtio_net', 'virtio_rng', 'i6300esb'],
  ...['crc32c_generic', 'ext4', 'ramoops'],
];

/** The folder with common.tar and debs/PACKAGE.deb. */
async function initPackages(): Promise<string> {
  return cached('init-packages', ['build/inits.ts'], suite, async (dir) => {
    const wanted = [...new Set(Object.values(packagesOf).flat())];
    // mmdebstrap's path-exclude would start Python for each package.
    const hook = `rm -rf "$1"/usr/share/locale/* && mkdir "$1/debs" && cd "$1/debs" && APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get -o APT::Sandbox::User=root download ${wanted.join(' ')}`;
    await run([
      'mmdebstrap',
      '--quiet',
      '--variant=extract',
      '--aptopt=APT::Install-Recommends "false"',
      `--include=${common}`,
      `--extract-hook=${hook}`,
      suite,
      join(dir, 'common.tar'),
    ]);
    await run(['tar', '-xf', join(dir, 'common.tar'), '-C', dir, '--no-same-owner', './debs']);
    for (const file of await readdir(join(dir, 'debs'))) {
      await rename(join(dir, 'debs', file), join(dir, 'debs', `${file.split('_')[0]}.deb`));
    }
    await runAsRoot('tar --delete -f "$1/common.tar" ./debs', [dir]);
  });
}

/** The folder with boot.initrd, which boots every one of these devices. */
export async function buildInitBoot(): Promise<string> {
  const { busybox, modulesDir, kernelVersion } = await packages();
  const recipe = ['build/initramfs.ts', 'recipes/inits/boot'];
  return cached('init-boot', recipe, kernelVersion + modules.join(), async (scratch) => {
    await writeInitramfs(join(scratch, 'boot.initrd'), scratch, {
      init: await readFile(join(labDir, 'recipes/inits/boot/init'), 'utf8'),
      busybox,
      modules: await moduleClosure(modulesDir, modules),
    });
  });
}

/** The folder with NAME.img. */
export async function buildInit(name: InitName): Promise<string> {
  const keys = await labKeys();
  const fetched = await initPackages();
  const recipes = 'recipes/inits';
  const recipe = ['build/inits.ts', `${recipes}/root`, `${recipes}/${name}`].concat(
    `${recipes}/make-image.sh`,
    `${recipes}/sysv-links`,
  );
  return cached(`init-${name}`, recipe, `${fetched} ${keys.userPublicKey}`, async (scratch) => {
    const overlay = join(scratch, 'overlay');
    await writeOverlay(overlay, name);
    await runAsRoot(await readFile(join(labDir, recipes, 'make-image.sh'), 'utf8'), [
      scratch,
      name,
      join(fetched, 'common.tar'),
      join(fetched, 'debs'),
      join(labDir, recipes),
      overlay,
      ...packagesOf[name],
    ]);
  });
}

async function writeOverlay(tree: string, name: InitName): Promise<void> {
  const keys = await labKeys();
  const files = new Map<string, string | Buffer>([
    ['root/.ssh/authorized_keys', `${keys.userPublicKey} levitate-lab\n`],
    ['etc/build-id', `init-${name} 1\n`],
  ]);
  for (const type of ['ed25519', 'rsa']) {
    const key = `dropbear_${type}_host_key`;
    files.set(`etc/dropbear/${key}`, await readFile(join(keys.dir, key)));
  }
  for (const [path, content] of files) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), content);
  }
  if (name === 'unknown') await addKernel(tree);
}

/** What kexec starts: the running kernel's image and its modules, as a Debian machine has them. */
async function addKernel(tree: string): Promise<void> {
  const { bzImage, modulesDir, kernelVersion } = await packages();
  await mkdir(join(tree, 'boot'), { recursive: true });
  await run(['cp', bzImage, join(tree, 'boot', `vmlinuz-${kernelVersion}`)]);
  const folder = join(tree, 'lib/modules', kernelVersion, 'kernel');
  await mkdir(folder, { recursive: true });
  for (const file of await moduleClosure(modulesDir, modules)) await run(['cp', file, folder]);
}
