/** The images of 64-bit ARM boards with two slots, which U-Boot starts: a FAT partition for U-Boot, and two ext4 roots. */
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cached, labDir, sha256OfFile } from '../cache.js';
import { foreignPackages } from './foreign.js';
import { writeGpt } from './gpt.js';
import { moduleClosure, writeInitramfs } from './initramfs.js';
import { labKeys } from './keys.js';
import type { Version } from './payload.js';
import { makeRouterImages, writeOverlay } from './router-ubi.js';
import { runAsRoot } from './run.js';

/** Boards that differ in their U-Boot: Debian's goes by a file, the other one by its environment. */
export const uBootNames = ['uboot-file', 'uboot-env'] as const;
/** The name of such a board. */
export type UBootName = (typeof uBootNames)[number];

const mebi = 1024 * 1024;
const sectorsPerMebi = mebi / 512;
const bootMebi = 8;
const rootMebi = 96;
const at = { boot: 1, rootA: 1 + bootMebi, rootB: 1 + bootMebi + rootMebi };
const diskMebi = at.rootB + rootMebi + 1;

/** Where the FAT partition lies on the disk, in bytes. */
export const uBootLayout = { boot: { offset: at.boot * mebi, length: bootMebi * mebi } };

const recipe = ['sbc-uboot', 'router-ubi', 'foreign', 'gpt', 'initramfs', 'payload']
  .map((name) => `build/${name}.ts`)
  .concat('recipes/sbc-uboot', 'recipes/router-ubi');

const documents = ['boot.cmd', 'u-boot.env'].map((name) =>
  join(labDir, '../../docs/how-to/slots', name),
);

const modules = [
  ...[
    'virtio_mmio',
    'virtio_blk',
    'virtio_net',
    'virtio_rng',
    'crc32c_generic',
    'ext4',
    'vfat',
    'nls_cp437',
  ],
  ...['nls_ascii', 'i6300esb'],
];

/** The folder with `disk.img`, of which both slots have v1, and VERSION.root.ext4 for both versions. */
export async function buildUBoot(name: UBootName): Promise<string> {
  const keys = await labKeys();
  const { tar } = await foreignPackages('arm64');
  const texts = await Promise.all(documents.map(sha256OfFile));
  const salt = [tar, keys.userPublicKey, ...texts].join(' ');
  return cached(name, recipe, salt, async (scratch) => {
    for (const version of ['v1', 'v2'] as const) await buildVersion(scratch, name, version);
    await assembleDisk(scratch, name);
  });
}

async function buildVersion(scratch: string, name: UBootName, version: Version): Promise<void> {
  const { tar, busybox, kernel, modulesDir } = await foreignPackages('arm64');
  const overlay = join(scratch, `overlay-${version}`);
  await writeOverlay(overlay, name, version, 3);
  const own: Record<string, string> = {
    'etc/init.d/S10data':
      '#!/bin/sh\n# The partition of U-Boot, which is only read.\n[ "$1" != start ] || mount -t vfat -o ro /dev/vda1 /boot/uboot\n',
    'etc/init.d/S05trial':
      '#!/bin/sh\n# What goes with a reboot, and the trial timer, where there is one.\n[ "$1" != start ] || mount -t tmpfs tmpfs /run\nif [ "$1" = start ] && [ -x /usr/lib/levitate/trial ]; then /usr/lib/levitate/trial & fi\n',
    'etc/fw_env.config':
      '/boot/uboot/uboot.env 0x0 0x4000\n/boot/uboot/uboot-redund.env 0x0 0x4000\n',
  };
  for (const [path, text] of Object.entries(own)) {
    await mkdir(dirname(join(overlay, path)), { recursive: true });
    await writeFile(join(overlay, path), text, { mode: path.includes('init.d') ? 0o755 : 0o644 });
  }
  const initrd = join(scratch, 'initrd.img');
  await writeInitramfs(initrd, scratch, {
    init: await readFile(join(labDir, 'recipes/sbc-uboot/boot/init'), 'utf8'),
    busybox,
    modules: await moduleClosure(modulesDir, modules),
  });
  await makeRouterImages('sbc-uboot', scratch, version, tar, overlay, [
    ...[kernel, initrd, String(rootMebi)],
  ]);
  await rm(initrd);
}

async function assembleDisk(scratch: string, name: UBootName): Promise<void> {
  const boot = join(scratch, 'boot.vfat');
  const target = join(scratch, 'disk.img');
  const [script, env] = documents as [string, string];
  await runAsRoot(await readFile(join(labDir, 'recipes/sbc-uboot/make-boot.sh'), 'utf8'), [
    ...[boot, String(bootMebi), name === 'uboot-file' ? script : '', env],
  ]);
  const partition = (label: string, start: number, mebis: number) => ({
    ...{ name: label, type: 'linux' as const },
    ...{ start: start * sectorsPerMebi, sectors: mebis * sectorsPerMebi },
  });
  const disk = await open(target, 'w+');
  try {
    await disk.truncate(diskMebi * mebi);
    await writeGpt(
      disk,
      diskMebi * sectorsPerMebi,
      [
        partition('boot', at.boot, bootMebi),
        partition('root-a', at.rootA, rootMebi),
        partition('root-b', at.rootB, rootMebi),
      ],
      Buffer.alloc(0),
      name,
    );
  } finally {
    await disk.close();
  }
  const copy = 'dd if="$1" of="$2" bs=1M seek="$3" conv=notrunc,sparse status=none';
  await runAsRoot(copy, [boot, target, String(at.boot)]);
  for (const start of [at.rootA, at.rootB])
    await runAsRoot(copy, [join(scratch, 'v1.root.ext4'), target, String(start)]);
  await rm(boot);
}
