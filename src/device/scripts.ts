import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { assignments } from '../shared/shell-quote.js';

const folder = new URL('../../initramfs/', import.meta.url);

/** The init systems that the hook knows, in the order in which they are asked; each is `hook/inits/NAME.sh`. */
export const initSystems = [
  ...['systemd', 'procd', 'openrc', 's6', 'runit', 'finit', 'sysvinit', 'busybox'],
  // Last, because it knows nothing of the init but that no other knows it.
  'kexec',
];

/** The path on this machine of a file of `initramfs/`. */
export const scriptPath = (name: string): string => fileURLToPath(new URL(name, folder));

/** What stands in front of the facts beside the init systems. */
const factParts = ['hook/container.sh', 'hook/way-in.sh', 'hook/keys.sh'];

/**
 * A script of `hook/` as one text for `runScript`, with the functions of every init system and the given settings in
 * front, so that a device needs no file of ours to run it.
 */
export async function hookScript(
  name: string,
  settings: Record<string, string> = {},
): Promise<string> {
  const parts = [
    ...['words', 'inject', ...initSystems.map((init) => `inits/${init}`)].map(
      (part) => `hook/${part}.sh`,
    ),
    ...(name === 'facts.sh' ? factParts : []),
    `hook/${name}`,
  ];
  const texts = await Promise.all(parts.map((part) => readFile(scriptPath(part), 'utf8')));
  const all = { LEVITATE_INITS: initSystems.join(' '), ...settings };
  return [...assignments(all), ...texts].join('\n');
}
