/** A boot entry of UEFI, as it lies in a variable `Boot####` (EFI_LOAD_OPTION, UEFI 2.10, 3.1.3). */
export interface LoadOption {
  attributes: number;
  /** What a person reads in the menu of the firmware. */
  description: string;
  /** The device path with its end node. */
  path: Buffer;
  /** What the program is given: for a kernel its command line. */
  data: Buffer;
}

/** The firmware starts such an entry by itself (LOAD_OPTION_ACTIVE). */
export const activeOption = 1;

/** Bytes that are no entry, with the reason as a sentence part that follows "it". */
export class NotALoadOption extends Error {}

/**
 * Reads an entry, without the attributes of its variable.
 * @throws NotALoadOption
 */
export function readLoadOption(bytes: Buffer): LoadOption {
  if (bytes.length < 8) throw new NotALoadOption('is shorter than an entry');
  const pathBytes = bytes.readUInt16LE(4);
  let end = 6;
  while (end + 2 <= bytes.length && bytes.readUInt16LE(end) !== 0) end += 2;
  const start = end + 2;
  if (start + pathBytes > bytes.length) throw new NotALoadOption('ends within its device path');
  return {
    attributes: bytes.readUInt32LE(0),
    description: bytes.toString('utf16le', 6, end),
    path: bytes.subarray(start, start + pathBytes),
    data: bytes.subarray(start + pathBytes),
  };
}

/** Writes an entry. Pure. */
export function writeLoadOption({ attributes, description, path, data }: LoadOption): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt32LE(attributes, 0);
  head.writeUInt16LE(path.length, 4);
  return Buffer.concat([head, Buffer.from(`${description}\0`, 'utf16le'), path, data]);
}
