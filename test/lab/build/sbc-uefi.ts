/** The images of a PC with UEFI and two slots: a GPT disk with an EFI system partition, two ext4 roots, and data. */
import { copyFile, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, labDir } from '../cache.js';
import { writeGpt } from './gpt.js';
import { labKeys } from './keys.js';
import { packages } from './packages.js';
import { runAsRoot } from './run.js';
import { buildSlotRoot, slotRootsRecipe } from './slot-roots.js';

const mebi = 1024 * 1024;
const sectorsPerMebi = mebi / 512;
const espMebi = 48;
const rootMebi = 224;
const dataMebi = 16;

/** Where each partition begins, in MiB. */
const at = {
  esp: 1,
  rootA: 1 + espMebi,
  rootB: 1 + espMebi + rootMebi,
  data: 1 + espMebi + 2 * rootMebi,
};
const diskMebi = at.data + dataMebi + 1;

/** Where the partitions lie on the disk, in bytes. */
export const uefiLayout = {
  esp: { device: '/dev/vda1', offset: at.esp * mebi, length: espMebi * mebi },
  rootA: { device: '/dev/vda2', offset: at.rootA * mebi, length: rootMebi * mebi },
  rootB: { device: '/dev/vda3', offset: at.rootB * mebi, length: rootMebi * mebi },
};

/** The firmware of a PC, and its variables as they leave the factory. */
export const pcFirmware = {
  code: '/usr/share/OVMF/OVMF_CODE_4M.fd',
  vars: '/usr/share/OVMF/OVMF_VARS_4M.fd',
};

const recipe = ['build/sbc-uefi.ts', 'build/gpt.ts', 'recipes/sbc-uefi', ...slotRootsRecipe];
const roots = { device: 'sbc-uefi', rootMebi, dataMebi };

/** The folder with `disk.img`, of which both slots have v1, its firmware's variables, and VERSION.root.ext4 for both versions. */
export async function buildUefi(): Promise<string> {
  const keys = await labKeys();
  const { sbcTar } = await packages();
  return cached('sbc-uefi', recipe, `${sbcTar} ${keys.userPublicKey}`, async (scratch) => {
    await buildSlotRoot(scratch, 'v1', roots);
    await buildSlotRoot(scratch, 'v2', roots);
    await assembleDisk(scratch);
  });
}

async function assembleDisk(scratch: string): Promise<void> {
  const esp = join(scratch, 'esp.fat');
  const target = join(scratch, 'disk.img');
  await runAsRoot(await readFile(join(labDir, 'recipes/sbc-uefi/make-esp.sh'), 'utf8'), [
    ...[esp, String(espMebi), join(scratch, 'v1.root.ext4')],
  ]);
  const partition = (name: string, start: number, mebis: number, type: 'esp' | 'linux') => ({
    ...{ name, type },
    ...{ start: start * sectorsPerMebi, sectors: mebis * sectorsPerMebi },
  });
  const disk = await open(target, 'w+');
  try {
    await disk.truncate(diskMebi * mebi);
    await writeGpt(
      disk,
      diskMebi * sectorsPerMebi,
      [
        partition('esp', at.esp, espMebi, 'esp'),
        partition('root-a', at.rootA, rootMebi, 'linux'),
        partition('root-b', at.rootB, rootMebi, 'linux'),
        partition('data', at.data, dataMebi, 'linux'),
      ],
      Buffer.alloc(440),
      'sbc-uefi',
    );
  } finally {
    await disk.close();
  }
  const parts: [file: string, mebi: number][] = [
    [esp, at.esp],
    [join(scratch, 'v1.root.ext4'), at.rootA],
    [join(scratch, 'v1.root.ext4'), at.rootB],
    [join(scratch, 'v1.data.ext4'), at.data],
  ];
  for (const [file, start] of parts)
    await runAsRoot('dd if="$1" of="$2" bs=1M seek="$3" conv=notrunc,sparse status=none', [
      ...[file, target, String(start)],
    ]);
  await copyFile(pcFirmware.vars, `${target}.vars`);
  await Promise.all(
    [esp, join(scratch, 'v1.data.ext4'), join(scratch, 'v2.data.ext4')].map((file) => rm(file)),
  );
}
