/** The images of a board that boots as a Raspberry Pi does: autoboot.txt on the first partition, and for each slot a FAT with its kernel and an ext4 root. */
import { cp, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { cached, labDir } from '../cache.js';
import { foreignPackages } from './foreign.js';
import { writeGpt } from './gpt.js';
import { moduleClosure, writeInitramfs } from './initramfs.js';
import { labKeys } from './keys.js';
import type { Version } from './payload.js';
import { makeRouterImages, writeOverlay } from './router-ubi.js';
import { run } from './run.js';

const mebi = 1024 * 1024;
const sectorsPerMebi = mebi / 512;
const autobootMebi = 4;
const bootMebi = 24;
const rootMebi = 40;

/** The partitions in the order of their numbers, and MiB of each. */
const partitions = [
  ['autoboot', autobootMebi],
  ['boot-a', bootMebi],
  ['boot-b', bootMebi],
  ['root-a', rootMebi],
  ['root-b', rootMebi],
] as const;

/** Where a partition lies on the disk, in bytes. */
export function piPartition(name: (typeof partitions)[number][0]): {
  offset: number;
  length: number;
} {
  const index = partitions.findIndex(([one]) => one === name);
  const before = partitions.slice(0, index).reduce((sum, [, size]) => sum + size, 1);
  return { offset: before * mebi, length: partitions[index]![1] * mebi };
}

const modules = [
  ...['virtio_mmio', 'virtio_pci', 'virtio_blk', 'virtio_net', 'virtio_rng', 'i6300esb'],
  ...['crc32c_generic', 'ext4', 'vfat', 'nls_cp437', 'nls_ascii'],
];

const recipe = ['pi-slots', 'router-ubi', 'initramfs', 'gpt', 'payload']
  .map((name) => `build/${name}.ts`)
  .concat('recipes/pi-slots', 'recipes/router-ubi');

/** What a person puts on the first partition. */
const autoboot = join(labDir, '../../docs/how-to/slots/autoboot.txt');

/** The folder with `disk.img`, of which both slots have v1, and VERSION.boot.vfat and VERSION.root.ext4 for both versions. */
export async function buildPi(): Promise<string> {
  const keys = await labKeys();
  const { tar } = await foreignPackages('arm64');
  const salt = `${tar} ${keys.userPublicKey} ${await readFile(autoboot, 'latin1')}`;
  return cached('pi-slots', recipe, salt, async (scratch) => {
    await buildVersion(scratch, 'v1');
    await buildVersion(scratch, 'v2');
    await assembleDisk(scratch);
  });
}

async function buildVersion(scratch: string, version: Version): Promise<void> {
  const { tar } = await foreignPackages('arm64');
  const overlay = join(scratch, `overlay-${version}`);
  await writeOverlay(overlay, 'pi-slots', version, 2);
  await cp(join(labDir, 'recipes/pi-slots/root'), overlay, { recursive: true });
  const files = join(scratch, `boot-${version}`);
  await writeBootFiles(files, scratch);
  await makeRouterImages('pi-slots', scratch, version, tar, overlay, [
    ...[files, String(bootMebi), String(rootMebi)],
  ]);
  await rm(files, { recursive: true });
}

/** The files of a boot partition. There is nothing in start.elf: what it would do the stand-in does. */
async function writeBootFiles(folder: string, scratch: string): Promise<void> {
  const { kernel, busybox, modulesDir } = await foreignPackages('arm64');
  await mkdir(folder);
  await writeFile(join(folder, 'start.elf'), '');
  const config = 'arm_64bit=1\nkernel=kernel8.img\ninitramfs initramfs8 followkernel\n';
  await writeFile(join(folder, 'config.txt'), config);
  const words = ['console=ttyAMA0', 'quiet', 'net.ifnames=0', 'panic=10', 'norandmaps'];
  await writeFile(join(folder, 'cmdline.txt'), words.join(' '));
  await writeFile(join(folder, 'kernel8.img'), gzipSync(await readFile(kernel)));
  await writeInitramfs(join(folder, 'initramfs8'), scratch, {
    init: await readFile(join(labDir, 'recipes/pi-slots/init'), 'utf8'),
    busybox,
    modules: await moduleClosure(modulesDir, modules),
  });
}

async function assembleDisk(scratch: string): Promise<void> {
  const target = join(scratch, 'disk.img');
  const first = join(scratch, 'autoboot.vfat');
  const total = partitions.reduce((sum, [, size]) => sum + size, 2);
  await run(['truncate', '-s', `${autobootMebi}M`, first]);
  await run(['mkfs.vfat', '-F', '12', '-n', 'AUTOBOOT', '-i', '00000001', first]);
  await run(['mcopy', '-i', first, autoboot, '::autoboot.txt']);
  const disk = await open(target, 'w+');
  try {
    await disk.truncate(total * mebi);
    const table = partitions.map(([name, size]) => ({
      ...{ name, type: 'linux' as const },
      start: piPartition(name).offset / 512,
      sectors: size * sectorsPerMebi,
    }));
    await writeGpt(disk, total * sectorsPerMebi, table, Buffer.alloc(440), 'pi-slots');
  } finally {
    await disk.close();
  }
  const images = {
    autoboot: first,
    ...{ 'boot-a': join(scratch, 'v1.boot.vfat'), 'boot-b': join(scratch, 'v1.boot.vfat') },
    ...{ 'root-a': join(scratch, 'v1.root.ext4'), 'root-b': join(scratch, 'v1.root.ext4') },
  };
  for (const [name] of partitions)
    await run([
      ...[
        'dd',
        `if=${images[name]}`,
        `of=${target}`,
        'bs=1M',
        'conv=notrunc,sparse',
        'status=none',
      ],
      `seek=${piPartition(name).offset / mebi}`,
    ]);
  await rm(first);
}
