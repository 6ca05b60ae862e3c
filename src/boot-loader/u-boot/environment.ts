/**
 * U-Boot's environment as it lies in one place: CRC-32 of the data in the byte order of the processor, in one of a pair a flag, then
 * `name=value` and a zero for each variable, and a zero (include/env_internal.h, env/common.c, tools/env/fw_env.c of U-Boot).
 */
import { crc32 } from 'node:zlib';

/** One copy of an environment that is whole. */
export interface EnvironmentCopy {
  /** The variables in their order, as `name=value`; bytes as Latin-1. */
  entries: readonly string[];
  /** Of one of a pair: which is newer, 0 to 255. */
  flag?: number;
  /** The byte order of its checksum. */
  bigEndian: boolean;
  /** Bytes of all of it. */
  bytes: number;
  /** What stands behind the variables. */
  filler: number;
}

/** An environment that has no room for what is to be in it. */
export class NoRoom extends Error {}

/**
 * Reads a copy; undefined where its checksum is wrong, as after a torn write, or it does not end. Pure.
 * @param isOfPair whether it has a flag
 */
export function readCopy(bytes: Uint8Array, isOfPair: boolean): EnvironmentCopy | undefined {
  const head = headBytes(isOfPair);
  if (bytes.length < head + 2) return undefined;
  const stored = Buffer.from(bytes);
  const sum = crc32(stored.subarray(head));
  const bigEndian = stored.readUInt32LE(0) !== sum;
  if (bigEndian && stored.readUInt32BE(0) !== sum) return undefined;
  const text = stored.toString('latin1', head);
  const end = text.startsWith('\0') ? 0 : text.indexOf('\0\0');
  if (end === -1) return undefined;
  return {
    entries: end === 0 ? [] : text.slice(0, end).split('\0'),
    ...(isOfPair ? { flag: stored[4]! } : {}),
    ...{ bigEndian, bytes: bytes.length, filler: stored.at(-1)! },
  };
}

/**
 * Gives the bytes of a copy. Pure.
 * @throws NoRoom
 */
export function writtenCopy({ entries, flag, bigEndian, bytes, filler }: EnvironmentCopy): Buffer {
  const head = headBytes(flag !== undefined);
  const data = Buffer.from(`${entries.map((entry) => `${entry}\0`).join('') || '\0'}\0`, 'latin1');
  if (head + data.length > bytes)
    throw new NoRoom(`has ${bytes} bytes, and ${head + data.length} are needed`);
  const written = Buffer.alloc(bytes, filler);
  data.copy(written, head);
  const sum = crc32(written.subarray(head));
  if (bigEndian) written.writeUInt32BE(sum);
  else written.writeUInt32LE(sum);
  if (flag !== undefined) written[4] = flag;
  return written;
}

const headBytes = (isOfPair: boolean): number => (isOfPair ? 5 : 4);

/** Gives the value of a variable; undefined where there is none. Of several with a name U-Boot takes the last. Pure. */
export function valueOf({ entries }: Pick<EnvironmentCopy, 'entries'>, name: string) {
  const entry = entries.findLast((one) => one.startsWith(`${name}=`));
  // U-Boot takes an empty value for no variable.
  return entry?.slice(name.length + 1) || undefined;
}

/** Gives the variables with some of them changed, each where it stood, or at the end; undefined removes one. Pure. */
export function withValues(
  { entries }: Pick<EnvironmentCopy, 'entries'>,
  values: Readonly<Record<string, string | undefined>>,
): string[] {
  const left = new Map(Object.entries(values));
  const kept = entries.flatMap((entry) => {
    const name = entry.slice(0, Math.max(0, entry.indexOf('=')));
    if (!Object.hasOwn(values, name)) return entry;
    const value = left.get(name);
    left.delete(name);
    return value === undefined ? [] : `${name}=${value}`;
  });
  return [
    ...kept,
    ...[...left].flatMap(([name, value]) => (value === undefined ? [] : `${name}=${value}`)),
  ];
}
