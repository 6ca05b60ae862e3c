/** A raw NAND chip as nandsim keeps it in a file: each page with its spare bytes, where bad-block marks and ECC are. */

/** The chip whose id is 20 a2 00 15: 64 MiB. */
export const nand = { blocks: 512, blockBytes: 128 * 1024, pageBytes: 2048, spareBytes: 64 };

/** The blocks that were bad when it left the factory. */
export const badBlocks: readonly number[] = [7, 8, 211];

const step = 256;
const eccBytes = 3;

/** Lays the eraseblocks of `flash` onto the chip, around its bad blocks; what is left over is erased. */
export function layOnNand(flash: Buffer): Buffer {
  const pages = nand.blockBytes / nand.pageBytes;
  const rawPage = nand.pageBytes + nand.spareBytes;
  const chip = Buffer.alloc(nand.blocks * pages * rawPage, 0xff);
  let next = 0;
  for (let block = 0; block < nand.blocks; block++) {
    const at = block * pages * rawPage;
    if (badBlocks.includes(block)) {
      chip.writeUInt16LE(0, at + nand.pageBytes);
      continue;
    }
    for (let page = 0; page < pages && next < flash.length; page++, next += nand.pageBytes) {
      const content = flash.subarray(next, next + nand.pageBytes);
      const raw = chip.subarray(at + page * rawPage, at + (page + 1) * rawPage);
      content.copy(raw);
      eccOf(content).copy(raw, rawPage - (nand.pageBytes / step) * eccBytes);
    }
  }
  return chip;
}

const blank = Buffer.alloc(nand.pageBytes, 0xff);
const blankEcc = Buffer.alloc((nand.pageBytes / step) * eccBytes, 0xff);

/** The Hamming code of a page, as Linux computes it in software: three bytes for each 256. */
function eccOf(page: Buffer): Buffer {
  if (page.equals(blank)) return blankEcc;
  const ecc = Buffer.alloc(blankEcc.length);
  for (let part = 0; part * step < page.length; part++) {
    hamming(page.subarray(part * step, (part + 1) * step)).copy(ecc, part * eccBytes);
  }
  return ecc;
}

/** Parities of the bytes by each bit of their position, and of the bits by each bit of theirs; all inverted. */
function hamming(bytes: Buffer): Buffer {
  let all = 0;
  let positions = 0;
  let odd = 0;
  bytes.forEach((byte, position) => {
    all ^= byte;
    if (parity(byte) === 0) return;
    positions ^= position;
    odd ^= 1;
  });
  const even = odd === 0 ? positions : ~positions & 0xff;
  const lines = spread(positions) | (spread(even) >> 1);
  const masks = [0x55, 0xaa, 0x33, 0xcc, 0x0f, 0xf0];
  const columns = masks.reduce((sum, mask, n) => sum | (parity(all & mask) << n), 0);
  return Buffer.from([~(lines >> 8) & 0xff, ~lines & 0xff, ((~columns << 2) & 0xff) | 3]);
}

/** Bit n goes to bit 2n + 1. */
function spread(byte: number): number {
  let wide = 0;
  for (let bit = 0; bit < 8; bit++) wide |= ((byte >> bit) & 1) << (2 * bit + 1);
  return wide;
}

function parity(byte: number): number {
  let folded = byte ^ (byte >> 4);
  folded ^= folded >> 2;
  return (folded ^ (folded >> 1)) & 1;
}
