import { readdir, readFile } from 'node:fs/promises';
import { initramfsPath } from '../shared/package-files.js';
import { assignments } from '../shared/shell-quote.js';

/** The folder of `initramfs/` that the maintenance root has as `/usr/lib/levitate`. */
export const levitateFolder = 'root/usr/lib/levitate';

/** The text of a file of `initramfs/`. */
export const readScript = (path: string): Promise<string> => readFile(initramfsPath(path), 'utf8');

/** The functions that read a file of sysfs or /proc. */
const readFileScript = `${levitateFolder}/lib/read-file.sh`;

/** What facts use beside the init systems. */
const factParts = [
  'remote/running.sh',
  'remote/container.sh',
  'remote/stack.sh',
  `${levitateFolder}/flasher/bytes.sh`,
  `${levitateFolder}/lib/rescue-parts.sh`,
  `${levitateFolder}/lib/efi-variables.sh`,
  'remote/rescue.sh',
  'takeover/login-route.sh',
  'takeover/login-keys.sh',
  'remote/facts.sh',
];

/** The script that tells which system runs. */
export const runningScript = async (): Promise<string> =>
  `${await readScript('remote/running.sh')}\nreport_running\nfact end yes\n`;

/** The script that tells how the login can run commands as root. */
export const rootWayScript = async (): Promise<string> =>
  `${await readScript('remote/root-way.sh')}\nreport_root_way\n`;

/** The script that gathers facts; more may stand behind it. */
export const factsScript = (): Promise<string> => remoteScript(factParts);

/** The script that tells the wear of flash. */
export const wearScript = async (): Promise<string> =>
  [
    ...(await Promise.all([readFileScript, 'remote/running.sh', 'remote/wear.sh'].map(readScript))),
    'fact end yes',
  ].join('\n');

/** The script that makes room for the maintenance root, or takes it away; settings are those that it names. */
export const prepareScript = (settings: Record<string, string>): Promise<string> =>
  remoteScript(['remote/prepare.sh'], settings);

/**
 * Scripts as one text for `runScript`, with the functions of every init system and the given settings in front, so that
 * a device needs no file of ours to run it. The order of the files in `takeover/inits/` is the order of detection.
 */
async function remoteScript(
  parts: string[],
  settings: Record<string, string> = {},
): Promise<string> {
  const inits = (await readdir(initramfsPath('takeover/inits'))).sort();
  const names = inits.map((name) => name.replace(/^\d+-|\.sh$/g, ''));
  const texts = [
    `${levitateFolder}/lib/memory.sh`,
    readFileScript,
    ...['init-system.sh', 'inject.sh', ...inits.map((name) => `inits/${name}`)].map(
      (name) => `takeover/${name}`,
    ),
    ...parts,
  ].map(readScript);
  const all = { LEVITATE_INITS: names.join(' '), ...settings };
  return [...assignments(all), ...(await Promise.all(texts))].join('\n');
}
