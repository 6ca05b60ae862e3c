/** By what firmware finds the program that it starts: a partition with a GPT entry, and a file in it. */
export interface BootOption {
  /** The GUID of the partition, in the order of its bytes on disk. */
  partitionGuid: Buffer;
  /** The path of the file, with slashes; missing where the firmware takes the one of a removable medium. */
  path?: string;
}

/** Types of nodes of a device path, and their subtypes (UEFI 2.10, §10.3). */
const hardDrive = '4/1';
const filePath = '4/4';
const end = 0x7f;

/**
 * Reads a load option, the content of a variable `Boot####` (UEFI 2.10, §3.1.3): u32 attributes, u16 bytes of the device path, a
 * description that ends with a NUL, the device path. Pure.
 * @returns nothing where it names no partition by its GUID
 */
export function parseBootOption(bytes: Buffer): BootOption | undefined {
  let at = 6;
  while (at + 2 <= bytes.length && bytes.readUInt16LE(at) !== 0) at += 2;
  at += 2;
  let partitionGuid: Buffer | undefined;
  let path = '';
  while (at + 4 <= bytes.length && bytes.readUInt8(at) !== end) {
    const length = bytes.readUInt16LE(at + 2);
    const node = bytes.subarray(at, at + length);
    if (length < 4 || node.length < length) break;
    const kind = `${node.readUInt8(0)}/${node.readUInt8(1)}`;
    // A GPT, whose signature is a GUID (§10.3.5.1).
    if (kind === hardDrive && length === 42 && node.readUInt8(40) === 2 && node.readUInt8(41) === 2)
      partitionGuid = Buffer.from(node.subarray(24, 40));
    if (kind === filePath) path += node.toString('utf16le', 4).replace(/\0.*$/s, '');
    at += length;
  }
  if (!partitionGuid) return undefined;
  const names = path.split('\\').filter((name) => name !== '');
  const isPlain = names.length > 0 && names.every((name) => /^[\w.+-]{1,60}$/.test(name));
  return { partitionGuid, ...(isPlain ? { path: names.join('/') } : {}) };
}
