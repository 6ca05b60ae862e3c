/** The path of busybox in the root, whatever the source calls it. */
export const busyboxPath = '/usr/bin/busybox';

/**
 * Reads a busybox binary's table of applet names (`applet_names` in busybox's `include/applet_tables.h`): sorted, each
 * ended by NUL, and beginning with `[`. The longest such run of names in the binary is the table.
 */
export function appletNames(binary: Uint8Array): Set<string> {
  const bytes = Buffer.from(binary.buffer, binary.byteOffset, binary.byteLength);
  let longest: string[] = [];
  for (let at = bytes.indexOf('[\0'); at >= 0; at = bytes.indexOf('[\0', at + 1)) {
    const names = namesFrom(bytes, at);
    if (names.length > longest.length) longest = names;
  }
  return new Set(longest);
}

function namesFrom(bytes: Buffer, start: number): string[] {
  const names: string[] = [];
  for (let at = start; ;) {
    const end = bytes.indexOf(0, at);
    const name = bytes.toString('latin1', at, end);
    if (end < 0 || !/^[A-Za-z0-9_.[+-]+$/.test(name)) return names;
    names.push(name);
    at = end + 1;
  }
}
