/**
 * Reads the records of an extended header: `LENGTH KEY=VALUE` and a line's end each (POSIX.1-2017 pax, "pax Extended Header"); of
 * several with one key the last counts. A key is a text with a character for each byte. Pure.
 * @returns undefined where they are damaged
 */
export function paxRecords(bytes: Buffer): Map<string, Buffer> | undefined {
  const records = new Map<string, Buffer>();
  for (let at = 0; at < bytes.length;) {
    const digits = /^[1-9][0-9]{0,9} /.exec(bytes.toString('latin1', at, at + 11))?.[0];
    if (digits === undefined) return undefined;
    const end = at + Number(digits);
    const is = bytes.indexOf('=', at + digits.length);
    if (end > bytes.length || bytes[end - 1] !== 0x0a || is < 0 || is >= end - 1) return undefined;
    const key = bytes.toString('latin1', at + digits.length, is);
    if (key === '') return undefined;
    records.set(key, bytes.subarray(is + 1, end - 1));
    at = end;
  }
  return records;
}
