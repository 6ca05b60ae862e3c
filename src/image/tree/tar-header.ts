import { tarSums, tarText } from '../tar-block.js';

/** A header of a tar archive as it is written (POSIX.1-2017 pax, "ustar Interchange Format"). */
export interface TarHeader {
  /** A character stands for a byte. */
  name: string;
  link: string;
  type: string;
  mode: bigint;
  uid: bigint;
  gid: bigint;
  size: bigint;
  mtime: bigint;
  major: bigint;
  minor: bigint;
}

/** Reads a header; undefined where it is damaged or none. Pure. */
export function tarHeader(bytes: Buffer): TarHeader | undefined {
  const number = (at: number, length: number): bigint | undefined =>
    numberIn(bytes.subarray(at, at + length));
  const [mode, uid, gid, size, mtime, major, minor] = [
    number(100, 8),
    number(108, 8),
    number(116, 8),
    number(124, 12),
    number(136, 12),
    number(329, 8),
    number(337, 8),
  ];
  const isUstar = tarText(bytes, 257, 6) === 'ustar' && bytes[263] === 0x30;
  const isNew = tarText(bytes, 257, 5) === 'ustar';
  const sum = number(148, 8);
  if (!tarSums(bytes).some((one) => BigInt(one) === sum)) return undefined;
  for (const value of [mode, uid, gid, size, mtime]) if (value === undefined) return undefined;
  if (isNew && (major === undefined || minor === undefined)) return undefined;
  const prefix = isUstar ? tarText(bytes, 345, 155) : '';
  const name = tarText(bytes, 0, 100);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    link: tarText(bytes, 157, 100),
    // The oldest archives have no type: a slash at the end of the name tells a folder.
    type: typeOf(bytes.toString('latin1', 156, 157), name),
    ...{ mode: mode!, uid: uid!, gid: gid!, size: size!, mtime: mtime! },
    ...(isNew ? { major: major!, minor: minor! } : { major: 0n, minor: 0n }),
  };
}

function typeOf(written: string, name: string): string {
  if (written === '7') return '0';
  if (written !== '\0') return written;
  return name.endsWith('/') ? '5' : '0';
}

/** Octal digits, or from GNU tar and star the bytes of a number whose first bit is set; undefined for anything else. */
function numberIn(field: Buffer): bigint | undefined {
  const first = field[0] ?? 0;
  if ((first & 0x80) !== 0) {
    const bytes = Buffer.from(field);
    bytes[0] = first & 0x7f;
    const value = BigInt(`0x${bytes.toString('hex')}`);
    return (first & 0x40) === 0 ? value : value - (1n << BigInt(8 * field.length - 1));
  }
  const written = field.toString('latin1').replace(/\0.*$/s, '').trim();
  if (written === '') return 0n;
  return /^[0-7]+$/.test(written) ? BigInt(`0o${written}`) : undefined;
}
