import { LevitateError } from '../errors.js';
import { symlink, type Entry } from './entry.js';
import { applets } from './applets.js';

export const busyboxPath = '/usr/bin/busybox';

/**
 * Reads a busybox binary's table of applet names (`applet_names` in busybox's `include/applet_tables.h`): sorted, each
 * ended by NUL, and beginning with `[`. The longest such run of names is it.
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

/**
 * Links for every applet of the fixed list that no program of its own stands in for.
 * @throws LevitateError TOOL_MISSING when this busybox lacks one.
 */
export function appletLinks(binary: Uint8Array, origin: string, programs: Set<string>): Entry[] {
  const names = appletNames(binary);
  const wanted = Object.entries(applets).flatMap(([directory, list]) =>
    list.filter((name) => !programs.has(name)).map((name) => ({ directory, name })),
  );
  const absent = wanted.filter(({ name }) => !names.has(name)).map(({ name }) => name);
  if (absent.length > 0) {
    throw new LevitateError('TOOL_MISSING', `${origin} has no applet ${absent.join(', ')}`, {
      hint: 'The maintenance root needs a busybox with these applets; Debian 11 and newer have them.',
      data: { applets: absent },
    });
  }
  return wanted.map(({ directory, name }) =>
    symlink(`${directory}/${name}`, directory === '/usr/bin' ? 'busybox' : '../bin/busybox', {
      origin,
      reason: 'busybox applet',
    }),
  );
}
