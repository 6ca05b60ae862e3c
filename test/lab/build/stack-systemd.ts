/** A Debian whose root and swap are LVM on an md array, with a LUKS volume for its data: built by Debian's own tools in a guest. */
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, labDir } from '../cache.js';
import { bootInitramfs } from '../initramfs.js';
import { writeDebianOverlay } from './debian-overlay.js';
import { writeGpt } from './gpt.js';
import { grubImages } from './grub.js';
import { moduleClosure, writeInitramfs } from './initramfs.js';
import { labKeys } from './keys.js';
import { packages } from './packages.js';
import { runAsRoot } from './run.js';
import { stackPackages } from './stack-packages.js';

/** Drivers that the guest has, besides what these need. */
const modules = [
  ...['virtio_pci', 'virtio_blk', 'virtio_rng', 'crc32c_generic', 'ext4', 'raid1'],
  ...['dm_mod', 'dm_crypt', 'algif_skcipher', 'xts', 'ecb'],
];

const sectorsPerMebi = 2048;
/** Partitions of the disk, with their MiB; the array is of `half` and `other`. */
const parts = [
  { name: 'grub', type: 'bios-boot', mebi: 1 },
  { name: 'boot', type: 'linux', mebi: 96 },
  { name: 'half', type: 'linux', mebi: 480 },
  { name: 'other', type: 'linux', mebi: 480 },
  { name: 'data', type: 'linux', mebi: 32 },
] as const;

const recipes = 'recipes/stack-systemd';

/** The folder with disk.img. */
export async function buildStack(): Promise<string> {
  const keys = await labKeys();
  const base = join(await stackPackages(), 'system.tar');
  const recipe = ['stack-systemd', 'debian-overlay', 'gpt', 'grub', 'initramfs', 'payload']
    .map((name) => `build/${name}.ts`)
    .concat(recipes, 'recipes/sbc-systemd/root');
  return cached('stack-systemd', recipe, `${base} ${keys.userPublicKey}`, async (scratch) => {
    const system = join(scratch, 'system.tar');
    await writeDebianOverlay(join(scratch, 'overlay'), 'stack-systemd', 'v1', 1);
    const make = await readFile(join(labDir, recipes, 'make-tar.sh'), 'utf8');
    await runAsRoot(make, [scratch, base, join(labDir, 'recipes'), system]);
    const disk = join(scratch, 'disk.img');
    await writeTable(scratch, disk);
    await fillInGuest(scratch, disk, system);
    await rm(system);
  });
}

async function writeTable(scratch: string, path: string): Promise<void> {
  const grub = await grubImages(scratch, '(hd0,gpt2)/grub', sectorsPerMebi);
  const disk = await open(path, 'w+');
  try {
    const mebi = parts.reduce((sum, part) => sum + part.mebi, 2);
    await disk.truncate(mebi * 1024 * 1024);
    let start = sectorsPerMebi;
    const placed = parts.map(({ name, type, mebi: size }) => {
      const part = { name, type, start, sectors: size * sectorsPerMebi };
      start += part.sectors;
      return part;
    });
    await writeGpt(disk, mebi * sectorsPerMebi, placed, grub.boot, 'stack-systemd');
    await disk.write(grub.core, 0, grub.core.length, sectorsPerMebi * 512);
  } finally {
    await disk.close();
  }
}

/** This machine may have no device mapper: a guest makes the array, the volumes and what is in them. */
async function fillInGuest(scratch: string, disk: string, system: string): Promise<void> {
  const { busybox, modulesDir } = await packages();
  const archive = join(scratch, 'builder.gz');
  await writeInitramfs(archive, scratch, {
    init: await readFile(join(labDir, recipes, 'guest-init'), 'utf8'),
    busybox,
    modules: await moduleClosure(modulesDir, modules),
  });
  const machine = await bootInitramfs({
    archive,
    disk,
    modules: [],
    memoryMiB: 1024,
    extraQemuArgs: [
      ...['-drive', `if=none,id=system,file=${system},format=raw,readonly=on`],
      ...['-device', 'virtio-blk-pci,drive=system,addr=6'],
    ],
  });
  try {
    const [, how] = await machine.waitForConsole(/^stack: (built|failed)/m, {
      timeoutMs: 1_200_000,
    });
    if (how !== 'built') throw new Error(`lab: ${(await machine.console()).slice(-2000)}`);
  } finally {
    await machine.stop();
    await rm(archive);
  }
}
