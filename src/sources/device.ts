import { createHash } from 'node:crypto';
import { runScript } from '../device/run-script.js';
import { readScript } from '../device/scripts.js';
import type { ReadSettings } from '../protocol/script-settings.js';
import { assignments } from '../shared/shell-quote.js';
import type { Transport } from '../ssh/transport.js';
import { LevitateError } from '../errors.js';
import type { RootTree } from './tree.js';

/** How long one request to the device may take, in milliseconds; its answer may be some megabytes over a slow link. */
const patienceMs = 300_000;
/** The most bytes of one answer: several times the programs, libraries and kernel modules of a device. */
const mostBytes = 512 << 20;

/**
 * The running system of a device as a root file system: it is only read, over SSH, and each file once.
 * @param connect called when the first file is asked for
 * @throws LevitateError from its functions: SOURCE_FAILED, and what `connect` throws
 */
export function deviceTree(host: string, connect: () => Promise<Transport>): RootTree {
  const name = `device ${host}`;
  const places = new Map<string, string | undefined>();
  const contents = new Map<string, Uint8Array>();

  const failed = (what: string): LevitateError =>
    new LevitateError('SOURCE_FAILED', `${name}: ${what}`, {
      hint: 'Nothing on the device was changed.',
    });

  async function ask(verb: string, paths: string[]): Promise<Buffer> {
    const transport = await connect();
    const script = await readScript('remote/read-files.sh');
    const values: ReadSettings = { LEVITATE_VERB: verb, LEVITATE_PATHS: paths.join('\n') };
    const settings = assignments(values);
    const { code, stdout, stderr } = await runScript(transport, [...settings, script].join('\n'), {
      timeoutMs: patienceMs,
      maxBytes: mostBytes,
    });
    if (code === 0) return stdout;
    if (code === null) throw failed('its answer did not arrive whole');
    throw failed(`files cannot be read: ${stderr.trim().split('\n').at(-1) || `status ${code}`}`);
  }

  return {
    name,
    dangling: new Map(),
    async locate(paths) {
      const fresh = paths.filter((path) => !places.has(path));
      if (fresh.length > 0) {
        const lines = (await ask('locate', fresh)).toString('utf8').split('\n');
        if (lines.length !== fresh.length + 1) throw failed('its answer is incomplete');
        for (const [index, path] of fresh.entries()) places.set(path, lines[index] || undefined);
      }
      return paths.map((path) => places.get(path));
    },
    async read(paths) {
      const fresh = paths.filter((path) => !contents.has(path));
      if (fresh.length > 0) {
        let rest = await ask('read_file', fresh);
        for (const path of fresh) {
          const file = firstFile(rest);
          if (!file) throw failed(`${path} did not arrive as it was sent`);
          contents.set(path, file.bytes);
          rest = file.rest;
        }
      }
      return paths.map((path) => contents.get(path)!);
    },
    async list(folder) {
      const names = (await ask('list', [folder])).toString('utf8').split('\n');
      return names.filter((one) => one !== '');
    },
    async files(folder) {
      const paths = (await ask('files', [folder])).toString('utf8').split('\n');
      return paths.flatMap((path) =>
        path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : [],
      );
    },
  };
}

/**
 * Takes a line `LENGTH DIGEST` and that many bytes from the beginning of an answer; undefined where they are not what
 * the line says.
 */
function firstFile(answer: Buffer): { bytes: Buffer; rest: Buffer } | undefined {
  const end = answer.indexOf('\n');
  const [length = '', digest = ''] = answer.toString('latin1', 0, Math.max(end, 0)).split(' ');
  if (!/^\d+$/.test(length)) return undefined;
  const bytes = answer.subarray(end + 1, end + 1 + Number(length));
  const hash = createHash(digest.length === 64 ? 'sha256' : 'md5')
    .update(bytes)
    .digest('hex');
  return hash === digest ? { bytes, rest: answer.subarray(end + 1 + Number(length)) } : undefined;
}
