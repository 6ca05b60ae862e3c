import { spawn } from 'node:child_process';
import { networkInterfaces, userInfo } from 'node:os';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { execa } from 'execa';
import { LevitateError } from '../../errors.js';
import { inform, report, type Run } from '../../progress.js';
import { findProgram } from '../../shared/host-program.js';
import { armedRescues, makeRescuesFolder, ownerOf, servedFolder } from './armed.js';
import { serverWords, type OwnAddress, type RescueServerOptions } from './server-words.js';

export type { RescueServerOptions } from './server-words.js';

/** What `serveRescues` gives once it is stopped. */
export interface RescueServerResult {
  /** The folder that was served. */
  folder: string;
  /** How many files devices have got. */
  sent: number;
}

/**
 * Serves the armed rescues until `signal`: dnsmasq answers DHCP, or adds to the answers of another server, and sends files by TFTP.
 * @throws LevitateError TOOL_MISSING without dnsmasq; USAGE for an interface without an address; RESCUE_SERVER_FAILED
 */
export async function serveRescues(
  options: RescueServerOptions,
  run: Run = {},
): Promise<RescueServerResult> {
  const folder = options.folder ?? servedFolder();
  if (options.folder === undefined) await makeRescuesFolder();
  const program = await dnsmasq();
  const words = serverWords(options, addressOf(options.interface), folder, await readerOf(folder));
  for (const { device } of await armedRescues()) inform(run, `${device} is armed.`);
  let sent = 0;
  const said = await untilItEnds(program, words, run, (line) => {
    report(run, { type: 'debug', message: `dnsmasq: ${line}` });
    const [, file, to] = /sent (\S+) to (\S+)/.exec(line) ?? [];
    if (file === undefined) return;
    sent += 1;
    inform(run, `${to} has got ${file.replace(`${folder}/`, '')}.`);
  });
  if (!run.signal?.aborted)
    throw new LevitateError('RESCUE_SERVER_FAILED', `dnsmasq has ended: ${said}`, {
      hint: 'It needs root, and nobody else at UDP ports 67, 69 and 4011 of this interface: ss -lunp tells who is there.',
    });
  return { folder, sent };
}

async function dnsmasq(): Promise<string> {
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
  const found = await findProgram('dnsmasq', path);
  if (found !== undefined) return found;
  throw new LevitateError('TOOL_MISSING', 'there is no `dnsmasq` on this machine', {
    hint: 'Install it: apt install dnsmasq-base · apk add dnsmasq · dnf install dnsmasq · brew install dnsmasq.',
  });
}

function addressOf(device: string): OwnAddress {
  const found = networkInterfaces()[device]?.find(({ family }) => family === 'IPv4');
  if (found) return found;
  throw new LevitateError('USAGE', `the interface ${device} has no IPv4 address`, {
    hint: 'Name the interface that the devices are behind: ip -4 address shows which there are.',
  });
}

/** The name of the user whose folder it is; dnsmasq becomes that one where it begins as root. */
async function readerOf(folder: string): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await ownerOf(folder).catch((cause: unknown) => {
    throw new LevitateError('USAGE', `${folder} cannot be read`, {
      hint: 'Name the folder that levitate rescue arm has printed.',
      cause,
    });
  });
  if (owner === userInfo().uid) return userInfo().username;
  const { stdout = '' } = await execa('getent', ['passwd', String(owner)], { reject: false });
  return stdout.split(':')[0] || 'nobody';
}

/** Runs a program in this shell's place, and has it ended where descriptor 3 ends without a line: levitate was killed then. */
const endsWithCaller = '{ read -r _ || kill "$$"; } <&3 >/dev/null 2>&1 & exec "$@" 3<&-';

/** Runs a program until it ends or `signal` ends it; gives its last two lines. */
function untilItEnds(
  program: string,
  words: string[],
  { signal }: Run,
  onLine: (line: string) => void,
): Promise<string> {
  return new Promise((resolve) => {
    // A group of its own: Ctrl-C reaches this program alone, which then ends it.
    const child = spawn('sh', ['-c', endsWithCaller, 'sh', program, ...words], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const alive = child.stdio[3] as Writable;
    alive.on('error', () => undefined);
    child.on('exit', () => alive.end('\n'));
    let last: string[] = [];
    const stop = () => child.kill('SIGTERM');
    createInterface({ input: child.stderr! }).on('line', (line) => {
      const text = line.replace(/^dnsmasq[\w-]*(\[\d+\])?: /, '');
      last = [...last, text].slice(-2);
      onLine(text);
    });
    child.on('error', (error) => resolve(error.message));
    child.on('close', () => resolve(last.join('; ')));
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
  });
}
