/** Bytes of a block, the unit of a tar archive. */
export const tarBlock = 512;

/** Text of a tar header up to its NUL, or to its field's end; a character stands for a byte. Pure. */
export const tarText = (bytes: Buffer, at: number, length: number): string =>
  bytes.toString('latin1', at, at + length).replace(/\0.*$/s, '');

/**
 * The sums that a tar header may state of itself (POSIX.1-2017 pax, "ustar Interchange Format"), its own field counted as blanks:
 * of its bytes, and as historic writers had it, of its bytes with a sign. Pure.
 */
export function tarSums(header: Buffer): [unsigned: number, signed: number] {
  let unsigned = 0;
  let signed = 0;
  header.forEach((byte, at) => {
    const value = at >= 148 && at < 156 ? 0x20 : byte;
    unsigned += value;
    signed += value > 127 ? value - 256 : value;
  });
  return [unsigned, signed];
}
