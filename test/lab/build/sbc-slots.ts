/** The images of a board with two slots: a GPT disk with GRUB, a partition for what GRUB chooses by, two ext4 roots, and data. */
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, labDir, sha256OfFile } from '../cache.js';
import { writeGpt } from './gpt.js';
import { grubImages } from './grub.js';
import { labKeys } from './keys.js';
import { packages } from './packages.js';
import { runAsRoot } from './run.js';
import { buildSlotRoot, slotRootsRecipe } from './slot-roots.js';

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

const recipe = ['sbc-slots', 'gpt', 'grub']
  .map((name) => `build/${name}.ts`)
  .concat('recipes/sbc-slots', slotRootsRecipe);

const roots = { device: 'sbc-slots', rootMebi, dataMebi };

/** The configuration of GRUB that the documents give to people. */
const config = join(labDir, '../../docs/how-to/slots/grub.cfg');

/** The folder with `disk.img`, of which both slots have v1, and VERSION.root.ext4 for both versions. */
export async function buildSlots(): Promise<string> {
  const keys = await labKeys();
  const { sbcTar } = await packages();
  const salt = `${sbcTar} ${keys.userPublicKey} ${await sha256OfFile(config)}`;
  return cached('sbc-slots', recipe, salt, async (scratch) => {
    await buildSlotRoot(scratch, 'v1', roots);
    await buildSlotRoot(scratch, 'v2', roots);
    await assembleDisk(scratch);
  });
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
