import { writeLoadOption } from '../src/boot-loader/efi/load-option.js';
import { variableOf } from '../src/boot-loader/efi/variable.js';

const end = Buffer.from([0x7f, 0xff, 4, 0]);

/** A partition with a GPT, as a boot entry of UEFI names it. */
export interface EntryPartition {
  number: number;
  /** Its first sector, and how many. */
  start: number;
  sectors: number;
  /** Its GUID, as it lies in the table. */
  guid: Buffer;
}

const anyPartition: EntryPartition = {
  ...{ number: 1, start: 2048, sectors: 98304 },
  guid: Buffer.from('0102030405060708090a0b0c0d0e0f10', 'hex'),
};

/** The variable with a boot entry for a file on a partition, or for no file (UEFI 2.10, 3.1.3 and 10.3.5.1). */
export function bootEntry(
  description: string,
  file: string | undefined,
  options: string,
  partition = anyPartition,
): Buffer {
  const name = Buffer.from(`${file}\0`, 'utf16le');
  const head = Buffer.from([4, 4, name.length + 4, 0]);
  const path = file === undefined ? [end] : [hardDrive(partition), head, name, end];
  const data = Buffer.from(options, 'utf16le');
  return variableOf(
    writeLoadOption({ attributes: 1, description, path: Buffer.concat(path), data }),
  );
}

function hardDrive({ number, start, sectors, guid }: EntryPartition): Buffer {
  const node = Buffer.alloc(42);
  node.set([4, 1, node.length, 0]);
  node.writeUInt32LE(number, 4);
  node.writeBigUInt64LE(BigInt(start), 8);
  node.writeBigUInt64LE(BigInt(sectors), 16);
  guid.copy(node, 24);
  node.set([2, 2], 40);
  return node;
}
