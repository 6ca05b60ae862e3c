import { readFileSync } from 'node:fs';
import { rm, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { callFlasher, flasherProfile, flasherStatus } from '../../../src/device/flasher.js';
import { gatherProbeFacts } from '../../../src/device/probe-facts.js';
import { loadSession } from '../../../src/device/session.js';
import type { ExecOptions, Transport } from '../../../src/ssh/transport.js';
import { debianArchitectureOf, draftProfile } from '../../../src/operations/probe/profile-draft.js';
import { normalise } from '../../../src/profile/normalise.js';
import { chunkSize } from '../../../src/image/image.js';
import { protocol } from '../../../src/protocol/version.js';
import { parseProfile } from '../../../src/profile/parse.js';
import { parseCounter, summarise } from '../../../src/flash/counters.js';
import { withOwed } from '../../unit/device/told.js';
import { mutateText } from '../mutate.js';
import { judged, type FuzzTarget } from '../target.js';

const recorded = ['router', 'sbc'].map((name) =>
  withOwed(`${readFileSync(`test/unit/operations/recorded/${name}.facts`, 'utf8')}\nprobe-end=yes`),
);

/** A device whose script says this, within the marks that the host has chosen for it. */
export const talking = (lines: string[], around: string): Transport => ({
  name: 'fuzz',
  exec: (_, { stdin, onBytes }: ExecOptions = {}) => {
    const mark = /LEVITATE_MARK='([0-9a-f]+)'/.exec(String(stdin))?.[1] ?? '';
    const facts = lines
      .filter((line) => line !== '')
      .map((line) => `@${mark} ${line} ${mark}@\n`)
      .join('');
    onBytes?.(Buffer.from(`${around}@${mark} begin@\n${facts}@${mark} end 0@\n${around}`));
    return Promise.resolve({ stdout: '', stderr: '', code: 0 });
  },
  close: () => Promise.resolve(),
});

/** What a device tells of itself: it is refused, or a profile that fits it is one that `build` takes. */
export const factsTarget: FuzzTarget = {
  name: 'facts',
  prepare: () =>
    Promise.resolve((random) => {
      const input = mutateText(random, random.pick(recorded));
      const around = random.once(3) ? mutateText(random, random.pick(recorded)) : '';
      return judged(
        input,
        () => gatherProbeFacts(talking(input.split('\n'), around)),
        ({ facts, probed }) => {
          if (Number.isNaN(facts.uid) || Number.isNaN(facts.memoryTotal ?? 0))
            throw new Error('no number');
          const arch = debianArchitectureOf(facts, probed);
          if (arch === undefined || facts.state !== 'normal') return;
          const { raw } = parseProfile(draftProfile(arch, facts, probed), 'fitting.yaml');
          normalise(raw, { authorizedKeys: [], files: {}, sysroots: {} });
        },
      );
    }),
};

const digest = 'ab'.repeat(32);
const replies = [
  {
    type: 'status',
    protocol,
    chunk_bytes: chunkSize,
    boot_id: '2cda6515-57bb-4ecf-b76d-aa68e97e7685',
    entry: 'ab',
    name: 'x',
    version: '0.1.0',
    phase: 'released',
    root: 'tmpfs',
    touched: true,
    targets: { 'ubi-ubi': 'verified' },
    held: [{ kind: 'process', pid: 12, name: 'vi', via: ['fd'] }],
    holders: { system: [{ kind: 'mount', point: '/x' }], gone: null },
    modules_failed: ['x: no such device'],
    lease: { token: 3, owner: 'me@here', seconds: 7 },
    writer: { target: 'ubi-ubi', sha256: digest, next: 4 },
    seconds: 12,
    memory_available_kib: 40000,
  },
  { type: 'journal', seconds: 1, event: 'touched ubi-ubi' },
  { type: 'chunk', index: 0, sha256: digest },
  { type: 'peb', index: 0, header: '55424923'.padEnd(128, '0') },
  { type: 'holder', kind: 'mount', point: '/x' },
  { type: 'holder', kind: 'loop', device: 'loop0', file: '/x' },
  { type: 'target', kind: 'ubi', name: 'mtd ubi', node: '/dev/mtd0', size: 1, volumes: ['a'] },
  {
    type: 'profile',
    profile: normalise(
      parseProfile(readFileSync('profiles/router-ubi.yaml', 'utf8'), 'router-ubi.yaml').raw,
      { authorizedKeys: [], files: {}, sysroots: {} },
    ),
  },
].map((reply) => JSON.stringify(reply));

/** What a flasher answers, line by line. */
export const repliesTarget: FuzzTarget = {
  name: 'replies',
  prepare: () =>
    Promise.resolve((random) => {
      const refusal = random.once(10) ? `{"type":"error","code":"LEASE_HELD","message":"x"}\n` : '';
      const input = mutateText(random, `${replies.join('\n')}\n${refusal}`);
      const transport: Transport = {
        name: 'fuzz',
        exec: (_, { onLine }: ExecOptions = {}) => {
          for (const line of input.split('\n')) if (line !== '') onLine?.(line);
          return Promise.resolve({ stdout: '', stderr: '', code: 0 });
        },
        close: () => Promise.resolve(),
      };
      return judged(input, async () => {
        const counters = (await callFlasher(transport, ['counters'])).flatMap((reply) =>
          reply.type === 'peb' ? [parseCounter(String(reply['header']))] : [],
        );
        summarise(counters);
        await flasherStatus(transport);
        return flasherProfile(transport);
      });
    }),
};

const session = JSON.stringify(
  {
    host: 'box',
    hostname: '192.0.2.1',
    port: 22,
    user: 'root',
    proxied: false,
    entryId: 'ab',
    bootId: '2cda6515-57bb-4ecf-b76d-aa68e97e7685',
    privateKey: 'key',
    hostKeys: ['ssh-ed25519 AAAA'],
  },
  null,
  2,
);

/** What this machine remembers of an entry: whole, or none. */
export const sessionTarget: FuzzTarget = {
  name: 'session',
  prepare: async (folder, atEnd) => {
    process.env['XDG_STATE_HOME'] = join(folder, 'state');
    const sessions = join(folder, 'state', 'levitate', 'sessions');
    await mkdir(sessions, { recursive: true, mode: 0o700 });
    atEnd(() => rm(sessions, { recursive: true }));
    return async (random) => {
      const input = mutateText(random, session);
      await writeFile(join(sessions, 'box.json'), input, { mode: 0o600 });
      return judged(
        input,
        () => loadSession('box', () => undefined),
        (found) => {
          if (found !== undefined && typeof found.hostname !== 'string') throw new Error('no host');
        },
      );
    };
  },
};
