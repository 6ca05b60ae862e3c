/** Whether a head is of one format. Heads of any length are allowed: what is not there does not match. */
export type Matches = (head: Buffer) => boolean;

/** Bytes at an offset, each character of `text` one byte; any one of several. */
export const magic =
  (offset: number, ...texts: string[]): Matches =>
  (head) =>
    texts.some((text) => head.toString('latin1', offset, offset + text.length) === text);

/** A 32-bit number at an offset, little or big endian; any one of several. */
export const littleEndian =
  (offset: number, ...values: number[]): Matches =>
  (head) =>
    head.length >= offset + 4 && values.includes(head.readUInt32LE(offset));
/** The same, big endian. */
export const bigEndian =
  (offset: number, ...values: number[]): Matches =>
  (head) =>
    head.length >= offset + 4 && values.includes(head.readUInt32BE(offset));
