import { LevitateError } from '../errors.js';
import { appletNames, busyboxPath } from '../sources/applet-names.js';
import { symlink, type Entry } from './entry.js';
import { applets, optionalApplets } from './applets.js';
import { isElf, readElf } from './elf.js';

/**
 * Makes the links for the applets in `applets`, except for those that the root has as a program of its own. Optional
 * applets are left out where this busybox lacks them.
 * @throws LevitateError TOOL_MISSING when it lacks one that levitate's scripts call.
 */
export function appletLinks(binary: Uint8Array, origin: string, programs: Set<string>): Entry[] {
  const names = appletNames(binary);
  const wanted = Object.entries(applets).flatMap(([directory, list]) =>
    list
      .filter((name) => !programs.has(name) && (names.has(name) || !optionalApplets.has(name)))
      .map((name) => ({ directory, name })),
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

/**
 * Gives a warning where busybox is dynamic, because until the root is entered it runs with the libraries of the old
 * system.
 */
export function dynamicBusybox(entries: Entry[]): string | undefined {
  const entry = entries.find(({ path }) => path === busyboxPath);
  if (entry?.kind !== 'file' || !('bytes' in entry.content)) return undefined;
  const { bytes } = entry.content;
  const loader = isElf(bytes) ? readElf(bytes).interpreter : undefined;
  return loader === undefined
    ? undefined
    : `busybox of ${entry.origin} is dynamic: a device can be entered only where its own system has ${loader} and the libraries that go with it`;
}
