/** Bytes of an entry of a folder. */
const folderEntryBytes = 32;
/** What an entry is of. */
export const attributes = { volume: 0x08, folder: 0x10, file: 0x20, longName: 0x0f };

const shortName = /^[A-Z0-9_-]{1,8}(\.[A-Z0-9_-]{1,3})?$/;
/** Where the characters of a part of a long name stand in its entry. */
const places = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30];

/**
 * Makes the entry of a file or a folder, behind those that spell its name where that is a long one (Microsoft, FAT32 File System
 * Specification 1.03, "FAT Directory Structure" and "FAT Long Directory Entries"). Firmware takes no notice of case. Pure.
 * @param name of ASCII
 * @param nth its number in its folder, which makes the short form of a long name unique there
 */
export function folderEntries(
  name: string,
  nth: number,
  what: { attribute: number; cluster: number; bytes: number },
): Buffer {
  const upper = name.toUpperCase();
  const fits = shortName.test(upper);
  const short = fits ? padded(upper) : padded(`LEV${String(nth).padStart(3, '0')}~1`);
  const entry = Buffer.alloc(folderEntryBytes);
  entry.write(short, 0, 'latin1');
  entry.writeUInt8(what.attribute, 11);
  for (const date of [16, 18, 24]) entry.writeUInt16LE(firstDate, date);
  entry.writeUInt16LE(what.cluster >>> 16, 20);
  entry.writeUInt16LE(what.cluster & 0xffff, 26);
  entry.writeUInt32LE(what.bytes, 28);
  return fits ? entry : Buffer.concat([...spelled(name, checksum(short)), entry]);
}

/** 1980-01-01. */
const firstDate = 0x21;

/** The name as it stands in an entry, without its dot. */
export function padded(name: string): string {
  const [base = '', extension = ''] = name === '.' || name === '..' ? [name] : name.split('.');
  return base.padEnd(8) + extension.padEnd(3);
}

const checksum = (short: string): number =>
  [...Buffer.from(short, 'latin1')].reduce(
    (sum, byte) => (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff,
    0,
  );

/** The entries that spell a long name, its end first. */
function spelled(name: string, sum: number): Buffer[] {
  const count = Math.ceil(name.length / places.length);
  return Array.from({ length: count }, (_, index) => {
    const nth = count - index;
    const entry = Buffer.alloc(folderEntryBytes);
    entry.writeUInt8(nth | (index === 0 ? 0x40 : 0), 0);
    entry.writeUInt8(attributes.longName, 11);
    entry.writeUInt8(sum, 13);
    places.forEach((place, at) => {
      const from = (nth - 1) * places.length + at;
      const code = from < name.length ? name.charCodeAt(from) : from === name.length ? 0 : 0xffff;
      entry.writeUInt16LE(code, place);
    });
    return entry;
  });
}
