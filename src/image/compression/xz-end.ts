import { crc32 } from 'node:zlib';
import type { StoredFile } from '../stored-file.js';

/**
 * Finds the place in an .xz file behind which nothing of that format follows (The .xz File Format 1.2.1): a stream ends there by
 * its footer (§2.1.2), which has a CRC-32, and null bytes behind it, a multiple of four, are its padding (§2.2). Content that
 * holds .xz files itself may have such a footer as well; whoever asks must see whether the streams up to there are sound.
 * @returns the byte at which something else begins; undefined where no footer with something else behind it lies in the last
 * 64 KiB
 */
export async function endOfStreams(file: StoredFile): Promise<number | undefined> {
  const from = Math.max(0, file.size - 64 * 1024);
  const tail = await file.read(from, file.size - from);
  const footer = lastFooter(tail);
  if (footer === undefined) return undefined;
  let end = footer + footerLength;
  while (tail.subarray(end, end + padding.length).equals(padding)) end += padding.length;
  const behind = tail.subarray(end, end + streamMagic.length);
  // Nothing, or the beginning of a stream that was cut or damaged.
  if (streamMagic.subarray(0, behind.length).equals(behind)) return undefined;
  return from + end;
}

const footerLength = 12;
const padding = Buffer.alloc(4);
/** How a stream begins (§2.1.1.1). */
const streamMagic = Buffer.from('fd377a585a00', 'hex');

/** Where the last footer begins: CRC-32 (4 bytes), the index's size (4), the stream's flags (2), `YZ`. */
function lastFooter(bytes: Buffer): number | undefined {
  for (let end = bytes.length; end >= footerLength; end -= 1) {
    const footer = bytes.subarray(end - footerLength, end);
    if (footer[10] !== 0x59 || footer[11] !== 0x5a) continue;
    if (crc32(footer.subarray(4, 10)) === footer.readUInt32LE(0)) return end - footerLength;
  }
  return undefined;
}
