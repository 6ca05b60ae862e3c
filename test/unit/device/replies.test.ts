import { describe, expect, it } from 'vitest';
import { profileIn, replyOf } from '../../../src/device/replies.js';
import { parseReply } from '../../../src/protocol/parse-reply.js';
import { anyStatus, callFlasher, flasherStatus } from '../../../src/device/flasher.js';
import { chunkSize } from '../../../src/image/image.js';
import { protocol } from '../../../src/protocol/version.js';
import { normalised } from '../profiles.js';
import { localTransport } from './local-transport.js';

const status = {
  ...{
    type: 'status',
    protocol,
    chunk_bytes: chunkSize,
    boot_id: 'b',
    entry: 'e',
    name: 'n',
    version: '1',
    phase: 'released',
  },
  ...{
    root: 'tmpfs',
    touched: false,
    targets: {},
    held: [],
    holders: { a: null, b: [{ kind: 'mount', point: '/x' }] },
  },
  ...{ modules_failed: [], lease: null, writer: null, seconds: 3, memory_available_kib: 4 },
};
const sha256 = 'a'.repeat(64);
const right: Record<string, unknown>[] = [
  status,
  { ...status, lease: { type: 'lease', token: 3, owner: 'o', seconds: -1 }, new_field: [1] },
  // Of a root of before the core alone is certain.
  { ...status, protocol: undefined, holders: undefined, modules_failed: undefined },
  { ...status, protocol: protocol + 1, holders: 'on the moon' },
  { type: 'target', kind: 'block', name: 'x', node: '/dev/cciss/c0d0', size: 5, force_ro: false },
  { type: 'target', kind: 'ubi', name: 'x', node: '/dev/mtd0', size: 5, volumes: ['a'], more: 1 },
  { type: 'holder', kind: 'mount', point: '/x', more: 1 },
  { type: 'holder', kind: 'process', pid: 1, name: 'vi', via: ['fd'] },
  { type: 'holder', kind: 'unknown' },
  { type: 'lease', token: 1 },
  { type: 'opened', next: 0, resumed: false },
  { type: 'written', index: 0, bytes: 1 },
  { type: 'chunk', index: 0, sha256 },
  { type: 'peb', index: 0, header: '55424923' },
  { type: 'remain', what: 'backup GPT', offset: 0, length: 1 },
  { type: 'lost', node: '/dev/a', label: '', offset: 0, length: 1 },
  { type: 'journal', seconds: 1, event: 'x' },
  { type: 'leaving', touched: true },
  { type: 'profile', profile: {} },
  { type: 'cleared', offset: 1, bytes: 0 },
  { type: 'end' },
  { type: 'authorized', host_keys: ['ssh-ed25519 A'] },
  { type: 'error', code: 'USAGE', message: 'm' },
];

describe('a line of the flasher', () => {
  it.each(right)('$type is taken as it is, whatever else it holds', (reply) => {
    expect(parseReply(JSON.stringify(reply))).toEqual(JSON.parse(JSON.stringify(reply)));
  });

  const anything = [null, -1.5, 2 ** 60, [null], { x: 1 }, true, 'x', undefined];
  const kind = (value: unknown) => (Array.isArray(value) ? 'list' : typeof value);
  const fields = right.flatMap((reply) =>
    Object.entries(reply).flatMap(([key, is]) =>
      is === undefined ||
      (reply['holders'] !== status.holders && reply['type'] === 'status') ||
      ['type', 'new_field', 'more'].includes(key)
        ? []
        : [[reply['type'], key, reply] as const],
    ),
  );
  it.each(fields)('of type %s is not taken with a %s of another kind', (type, key, reply) => {
    const optional = /^(force_ro|volumes|protocol)$/.test(key);
    const wrong = anything.filter((value) => {
      if (value === undefined) return !optional;
      if (value === null) return key !== 'lease' && key !== 'writer';
      if (key === 'profile') return kind(value) !== 'object';
      return kind(value) !== kind(reply[key]) || ['list', 'number'].includes(kind(value));
    });
    for (const value of wrong)
      expect(() => parseReply(JSON.stringify({ ...reply, [key]: value }))).toThrow(
        expect.objectContaining({
          code: 'FLASHER_FAILED',
          message: expect.stringMatching(
            new RegExp(`^the flasher's ${String(type)} is not what it should be: .*${key}`),
          ) as string,
        }) as Error,
      );
  });

  it.each([
    '',
    'null',
    '1',
    '"x"',
    '[]',
    '{}',
    '{"type":1}',
    '{"type":null}',
    '{"type":',
    'Welcome',
  ])('%s is understood by nobody', (line) => {
    expect(() => parseReply(line)).toThrow('the flasher said what nobody understands');
  });

  it.each(['constructor', 'toString', '__proto__', 'later'])('of type %s is kept', (type) => {
    expect(parseReply(JSON.stringify({ type, a: null }))).toEqual({ type, a: null });
  });

  it('that is owed and did not come is named', () => {
    expect(() => replyOf([], 'opened')).toThrow('the flasher did not answer with its opened');
  });

  it('with a profile holds one that can be worked with', () => {
    const reply = (profile: unknown) => [parseReply(JSON.stringify({ type: 'profile', profile }))];
    expect(profileIn(reply(normalised()))).toEqual(normalised());
    expect(() => profileIn(reply({ ...normalised(), targets: { x: null } }))).toThrow(
      expect.objectContaining({
        code: 'FLASHER_FAILED',
        message: expect.stringContaining('targets.x') as string,
      }) as Error,
    );
  });
});

describe('a flasher that is none', () => {
  const flasher = (script: string) => localTransport(`flasher() { ${script}; }; eval "$1"`);

  it('tells the status of a root of before', async () => {
    const { holders: _, protocol: __, ...before } = status;
    const device = flasher(`echo '${JSON.stringify(before)}'`);
    expect(await anyStatus(device)).toMatchObject({ core: { entry: 'e' }, status: undefined });
    await expect(flasherStatus(device)).rejects.toMatchObject({
      code: 'FLASHER_INCOMPATIBLE',
      exit: 6,
      hint: expect.stringContaining('levitate leave') as string,
      data: { protocol: 0, version: '1' },
    });
  });

  it.each([
    ['another protocol', { protocol: protocol + 1 }, `protocol ${protocol + 1}`],
    ['chunks of another size', { chunk_bytes: 4096 }, 'chunks of 4096 bytes'],
  ])('of %s is refused, and says which', async (_, other, said) => {
    const device = flasher(`echo '${JSON.stringify({ ...status, ...other })}'`);
    await expect(flasherStatus(device)).rejects.toMatchObject({
      code: 'FLASHER_INCOMPATIBLE',
      message: expect.stringContaining(said) as string,
    });
  });

  it.each([
    ['null', "echo 'null'; sleep 100"],
    ['no line', "printf 'Welcome'"],
    ['lines without end', `while :; do echo '{"type":"holder","kind":"unknown"}'; done`],
    ['one line without end', 'cat /dev/zero'],
    ['bytes without end', `yes '{"type":"x","y":"${'y'.repeat(4000)}"}'`],
  ])('%s: is an error, and its command ended', async (_, script) => {
    const device = flasher(script);
    await expect(callFlasher(device, ['status'])).rejects.toMatchObject({ code: 'FLASHER_FAILED' });
    await expect.poll(() => device.running()).toBe(0);
  });
});
