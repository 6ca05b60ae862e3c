/** The images of a board with two slots: a GPT disk with GRUB, a partition for what GRUB chooses by, two ext4 roots, and data. */
import { cp, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, labDir, sha256OfFile } from '../cache.js';
import { writeDebianOverlay } from './debian-overlay.js';
import { writeGpt } from './gpt.js';
import { grubImages } from './grub.js';
import { moduleClosure, writeInitramfs } from './initramfs.js';
import { labKeys } from './keys.js';
import { packages } from './packages.js';
import type { Version } from './payload.js';
import { runAsRoot } from './run.js';

const mebi = 1024 * 1024;
const sectorsPerMebi = mebi / 512;
const bootMebi = 12;
const rootMebi = 224;
const dataMebi = 16;
const coreSector = sectorsPerMebi;

/** Where each partition begins, in MiB. */
const at = {
  boot: 2,
  rootA: 2 + bootMebi,
  rootB: 2 + bootMebi + rootMebi,
  data: 2 + bootMebi + 2 * rootMebi,
};
const diskMebi = at.data + dataMebi + 1;

/** Where the partitions lie on the disk, in bytes; `/dev/vda1` holds GRUB. */
export const slotsLayout = {
  boot: { device: '/dev/vda2', offset: at.boot * mebi, length: bootMebi * mebi },
  rootA: { device: '/dev/vda3', offset: at.rootA * mebi, length: rootMebi * mebi },
  rootB: { device: '/dev/vda4', offset: at.rootB * mebi, length: rootMebi * mebi },
};

const recipe = ['sbc-slots', 'debian-overlay', 'gpt', 'grub', 'initramfs', 'payload']
  .map((name) => `build/${name}.ts`)
  .concat('recipes/sbc-slots', 'recipes/sbc-systemd');

/** The configuration of GRUB that the documents give to people. */
const config = join(labDir, '../../docs/how-to/slots/grub.cfg');

/** The folder with `disk.img`, of which both slots have v1, and VERSION.root.ext4 for both versions. */
export async function buildSlots(): Promise<string> {
  const keys = await labKeys();
  const { sbcTar } = await packages();
  const salt = `${sbcTar} ${keys.userPublicKey} ${await sha256OfFile(config)}`;
  return cached('sbc-slots', recipe, salt, async (scratch) => {
    await buildVersion(scratch, 'v1');
    await buildVersion(scratch, 'v2');
    await assembleDisk(scratch);
  });
}

async function buildVersion(scratch: string, version: Version): Promise<void> {
  const tree = join(scratch, `overlay-${version}`);
  await writeOverlay(scratch, tree, version);
  const { sbcTar, sbcKernelVersion } = await packages();
  await runAsRoot(await readFile(join(labDir, 'recipes/sbc-systemd/make-images.sh'), 'utf8'), [
    ...[scratch, version, sbcTar, join(labDir, 'recipes/sbc-systemd/root'), tree],
    ...[sbcKernelVersion, String(rootMebi), String(dataMebi)],
  ]);
}

/** What is generated rather than copied from the recipe: build files, keys, the initramfs. */
async function writeOverlay(scratch: string, tree: string, version: Version): Promise<void> {
  await writeDebianOverlay(tree, 'sbc-slots', version, 4);
  await cp(join(labDir, 'recipes/sbc-slots/root'), tree, { recursive: true });
  const { sbcTar, sbcKernelVersion, busybox } = await packages();
  const modulesDir = join(scratch, 'modules');
  await runAsRoot(
    'mkdir -p "$2"; tar -xf "$1" -C "$2" --strip-components=5 --no-same-owner --wildcards "$3"',
    [sbcTar, modulesDir, `./*/modules/${sbcKernelVersion}/kernel`],
  );
  await mkdir(join(tree, 'boot'), { recursive: true });
  await writeInitramfs(join(tree, 'boot/initrd.img'), scratch, {
    init: await readFile(join(labDir, 'recipes/sbc-slots/init'), 'utf8'),
    busybox,
    modules: await moduleClosure(modulesDir, ['virtio_pci', 'virtio_blk']),
  });
  await runAsRoot('rm -rf "$1"', [modulesDir]);
}

async function assembleDisk(scratch: string): Promise<void> {
  const grub = await grubImages(scratch, '(hd0,gpt2)/grub', coreSector);
  const boot = join(scratch, 'boot.ext4');
  const target = join(scratch, 'disk.img');
  await runAsRoot(await readFile(join(labDir, 'recipes/sbc-slots/make-boot.sh'), 'utf8'), [
    ...[boot, String(bootMebi), config],
  ]);
  const partition = (name: string, start: number, mebis: number) => ({
    ...{ name, type: 'linux' as const },
    ...{ start: start * sectorsPerMebi, sectors: mebis * sectorsPerMebi },
  });
  const disk = await open(target, 'w+');
  try {
    await disk.truncate(diskMebi * mebi);
    await writeGpt(
      disk,
      diskMebi * sectorsPerMebi,
      [
        { name: 'grub', type: 'bios-boot', start: coreSector, sectors: sectorsPerMebi },
        partition('boot', at.boot, bootMebi),
        partition('root-a', at.rootA, rootMebi),
        partition('root-b', at.rootB, rootMebi),
        partition('data', at.data, dataMebi),
      ],
      grub.boot,
      'sbc-slots',
    );
    await disk.write(grub.core, 0, grub.core.length, coreSector * 512);
  } finally {
    await disk.close();
  }
  const copy = 'dd if="$1" of="$2" bs=1M seek="$3" conv=notrunc,sparse status=none';
  await runAsRoot(copy, [boot, target, String(at.boot)]);
  for (const start of [at.rootA, at.rootB])
    await runAsRoot(copy, [join(scratch, 'v1.root.ext4'), target, String(start)]);
  await runAsRoot(copy, [join(scratch, 'v1.data.ext4'), target, String(at.data)]);
  await Promise.all(
    [boot, join(scratch, 'v1.data.ext4'), join(scratch, 'v2.data.ext4')].map((file) => rm(file)),
  );
}
