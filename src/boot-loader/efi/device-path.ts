/** Device paths of UEFI: nodes of a type, a subtype and a length (UEFI 2.10, 10.3). */

/** Media device path, and of these a partition and a file (10.3.5). */
const media = 0x04;
const hardDrive = 0x01;
const filePath = 0x04;
const headBytes = 4;
const endNode = Buffer.from([0x7f, 0xff, headBytes, 0]);

interface PathNode {
  type: number;
  subtype: number;
  /** The node with its head. */
  bytes: Buffer;
}

/** The path of the file that a device path leads to, as UEFI writes it; undefined where it leads to none. Pure. */
export function fileOf(path: Buffer): string | undefined {
  const parts = nodesOf(path)
    .filter(isMedia(filePath))
    .map(({ bytes }) => bytes.toString('utf16le', headBytes).replace(/\0.*$/s, ''));
  return parts.length === 0 ? undefined : parts.join('\\').replaceAll(/\\+/g, '\\');
}

/** The GUID of the partition that a device path names, as its bytes lie on disk; undefined where it names none by that. Pure. */
export function partitionGuidOf(path: Buffer): Buffer | undefined {
  const partition = nodesOf(path).findLast(isMedia(hardDrive))?.bytes;
  // A GPT, whose signature is a GUID (10.3.5.1).
  if (partition?.length !== 42 || partition.readUInt16LE(40) !== 0x0202) return undefined;
  return Buffer.from(partition.subarray(24, 40));
}

/** A device path to a file on the partition that another device path leads to; undefined where that leads to none. Pure. */
export function onSamePartition(path: Buffer, file: string): Buffer | undefined {
  const partition = nodesOf(path).find(isMedia(hardDrive));
  if (!partition) return undefined;
  const name = Buffer.from(`${file}\0`, 'utf16le');
  const head = Buffer.from([media, filePath, 0, 0]);
  head.writeUInt16LE(headBytes + name.length, 2);
  return Buffer.concat([partition.bytes, head, name, endNode]);
}

const isMedia =
  (wanted: number) =>
  ({ type, subtype }: PathNode): boolean =>
    type === media && subtype === wanted;

/** The nodes of a path, as far as it is one. */
function nodesOf(path: Buffer): PathNode[] {
  const nodes: PathNode[] = [];
  for (let at = 0; at + headBytes <= path.length;) {
    const length = path.readUInt16LE(at + 2);
    if (length < headBytes || at + length > path.length) break;
    const bytes = path.subarray(at, at + length);
    nodes.push({ type: bytes.readUInt8(0), subtype: bytes.readUInt8(1), bytes });
    at += length;
  }
  return nodes;
}
