/** Turns a ubinized image into a used flash: every eraseblock with an erase counter of its own. */
import { readFile, writeFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

export const eraseBlock = 128 * 1024;
const headerLength = 64;

/** What the erase-counter header of an eraseblock says; undefined where it has no sound one. */
export function eraseCounter(block: Buffer): number | undefined {
  if (block.toString('latin1', 0, 4) !== 'UBI#') return undefined;
  if (block.readUInt32BE(60) !== ubiCrc(block.subarray(0, 60))) return undefined;
  return Number(block.readBigUInt64BE(8));
}

/** The erase counters of a whole flash, block by block. */
export function eraseCounters(flash: Buffer): (number | undefined)[] {
  return Array.from({ length: Math.floor(flash.length / eraseBlock) }, (_, index) =>
    eraseCounter(flash.subarray(index * eraseBlock, (index + 1) * eraseBlock)),
  );
}

/**
 * Writes `target`: a flash of `blocks` eraseblocks holding the ubinized `image`, the rest erased and carrying
 * headers of the same image sequence, block n with the counter `counterOf(n)`.
 */
export async function writeUsedFlash(
  image: string,
  target: string,
  blocks: number,
  counterOf: (block: number) => number,
): Promise<void> {
  const content = await readFile(image);
  const flash = Buffer.alloc(blocks * eraseBlock, 0xff);
  content.copy(flash);
  for (let block = 0; block < blocks; block++) {
    const at = block * eraseBlock;
    if (at >= content.length) content.copy(flash, at, 0, headerLength);
    const header = flash.subarray(at, at + headerLength);
    header.writeBigUInt64BE(BigInt(counterOf(block)), 8);
    header.writeUInt32BE(ubiCrc(header.subarray(0, 60)), 60);
  }
  await writeFile(target, flash);
}

/** UBI's CRC-32: seeded with ones and not inverted at the end. */
function ubiCrc(bytes: Buffer): number {
  return ~crc32(bytes) >>> 0;
}
