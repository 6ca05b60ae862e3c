import { readdir } from 'node:fs/promises';
import { markedFacts } from './fact-lines.js';
import { chunkSize } from '../image/image.js';
import type { DescribeSettings } from '../protocol/script-settings.js';
import { parseReply, type Reply } from '../protocol/parse-reply.js';
import { runScript } from './run-script.js';
import { levitateFolder, readScript } from './scripts.js';
import { initramfsPath } from '../shared/package-files.js';
import { assignments } from '../shared/shell-quote.js';
import type { Transport } from '../ssh/transport.js';

/** A target as the flasher is asked for it. */
export interface AskedTarget {
  /** Its name in the profile. */
  target: string;
  /** The flasher's arguments for it, the kind's name first. */
  args: string[];
  /** The flasher's words for what of it is never written; without them all of it may be. */
  keeps?: string[];
}

/** What of the flasher resolves and describes; the kinds come besides. */
const functions = [
  ...['json', 'ubi-numbers'].map((name) => `lib/${name}.sh`),
  ...['bytes', 'mtd', 'block', 'write-protection', 'spared', 'target'].map(
    (name) => `flasher/${name}.sh`,
  ),
].map((name) => `${levitateFolder}/${name}`);
const shared = ['read-back', 'stream', 'table', 'tree', 'disk-tree', 'rescue', 'gpt'];

/**
 * Asks a running system what its flasher would say of targets, by the flasher's own code. Nothing on the device changes.
 * @returns the flasher's `target` or `error` for each; none where the device lacks a program that this needs
 * @throws what `exec` throws
 */
export async function describeTargets(
  transport: Transport,
  asked: AskedTarget[],
): Promise<Map<string, Reply>> {
  const answer = await runScript(transport, await script(asked), { timeoutMs: 60_000 });
  const found = new Map<string, Reply>();
  for (const line of markedFacts(answer).all('target')) {
    const [target = '', json = ''] = line.split(/ (.*)/s);
    if (json !== '') found.set(target, parseReply(json));
  }
  return found;
}

async function script(asked: AskedTarget[]): Promise<string> {
  const kinds = (await readdir(initramfsPath(`${levitateFolder}/flasher/kinds`))).map(
    (name) => `kinds/${name.replace(/\.sh$/, '')}`,
  );
  const parts = [...shared, ...kinds].map(
    async (name) =>
      `part_${name.replaceAll(/[/-]/g, '_')}() {\n${await readScript(`${levitateFolder}/flasher/${name}.sh`)}\n}`,
  );
  const settings: DescribeSettings = {
    LEVITATE_TARGETS: asked.map(({ target, args }) => [target, ...args].join('\t')).join('\n'),
    LEVITATE_SPARED_RANGES: asked
      .flatMap(({ target, keeps = [] }) =>
        keeps.length > 0 ? [[target, ...keeps].join('\t')] : [],
      )
      .join('\n'),
    LEVITATE_CHUNK_BYTES: chunkSize,
  };
  return [
    ...assignments(settings),
    ...(await Promise.all(functions.map(readScript))),
    ...(await Promise.all(parts)),
    await readScript('remote/describe-targets.sh'),
  ].join('\n');
}
