/** Another whole disk for the PC with UEFI, as an image: of the second build, with a partition table of its own. */
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { slotsArtifacts } from '../artifacts.js';
import { cached } from '../cache.js';
import { copySparse } from '../hardware.js';
import { runAsRoot } from './run.js';
import { uefiLayout } from './sbc-uefi.js';

const mebi = 1024 * 1024;
const sector = 512;
const tableBytes = 32 * sector;
/** Bytes of an entry of the table. */
const entryBytes = 128;
const recipe = ['build/uefi-disk.ts'];

/** The image of the second build: nothing that a firmware knows of the first one's disk leads to it. */
export async function uefiDisk(): Promise<string> {
  const { disk, v2 } = await slotsArtifacts('sbc-uefi');
  const dir = await cached('uefi-disk', recipe, dirname(disk), async (scratch) => {
    const target = join(scratch, 'disk.img');
    await copySparse(disk, target);
    for (const { offset } of [uefiLayout.rootA, uefiLayout.rootB])
      await runAsRoot('dd if="$1" of="$2" bs=1M seek="$3" conv=notrunc,sparse status=none', [
        ...[v2, target, String(offset / mebi)],
      ]);
    await renameAll(target);
  });
  return join(dir, 'disk.img');
}

/** Gives the disk and its partitions other GUIDs, in the table and its copy (UEFI 2.10, §5.3). */
async function renameAll(path: string): Promise<void> {
  const disk = await open(path, 'r+');
  try {
    const { size } = await disk.stat();
    const read = async (at: number, bytes: number) =>
      (await disk.read(Buffer.alloc(bytes), 0, bytes, at)).buffer;
    const entries = await read(2 * sector, tableBytes);
    for (let at = 0; at < tableBytes; at += entryBytes)
      if (entries.readUInt32LE(at) !== 0)
        entries.writeUInt8(entries.readUInt8(at + 31) ^ 1, at + 31);
    for (const at of [sector, size - sector]) {
      const header = await read(at, sector);
      header.writeUInt8(header.readUInt8(71) ^ 1, 71);
      header.writeUInt32LE(crc32(entries), 88);
      header.writeUInt32LE(0, 16);
      header.writeUInt32LE(crc32(header.subarray(0, 92)), 16);
      await disk.write(header, 0, sector, at);
      await disk.write(entries, 0, tableBytes, header.readUIntLE(72, 6) * sector);
    }
  } finally {
    await disk.close();
  }
}
