/** A kind of target is added to a copy of levitate as docs/how-to/extend/target.md says, and such a target is flashed. */
import { randomBytes } from 'node:crypto';
import { appendFile, cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type * as modules from './kind/modules.js';
import { localTransport } from '../unit/device/local-transport.js';
import { unpackRoot, type Root } from './root.js';

const kinds = {
  host: 'src/flash/kinds',
  device: 'initramfs/root/usr/lib/levitate/flasher/kinds',
};
const medium = '/tmp/medium';
let copy: string;
let profile: string;
let root: Root;
let there: Awaited<ReturnType<Root['inhabit']>>;
/** The modules of the copy. */
let levitate: typeof modules;

beforeAll(async () => {
  copy = await mkdtemp(path.join(tmpdir(), 'levitate-kind-'));
  for (const name of ['src', 'initramfs', 'package.json'])
    await cp(name, path.join(copy, name), { recursive: true });
  await symlink(path.resolve('node_modules'), path.join(copy, 'node_modules'));
  const guide = await readFile('docs/how-to/extend/target.md', 'utf8');
  const [, line = ''] = /```ts\n(export .*\n)```/.exec(guide) ?? [];
  await appendFile(path.join(copy, kinds.host, 'index.ts'), line);
  const text = await readFile('test/shell/kind/file.ts', 'utf8');
  await writeFile(
    path.join(copy, kinds.host, 'file.ts'),
    text.replaceAll('../../../src/flash/', '../').replaceAll('../../../src/', '../../'),
  );
  await cp('test/shell/kind/file.sh', path.join(copy, kinds.device, 'file.sh'));

  profile = path.join(copy, 'profile.yaml');
  await writeFile(
    profile,
    `name: test\narch: x86_64\nflash: { targets: { copy: { file: ${medium} } } }\n`,
  );
  const named = await readFile('test/shell/kind/modules.ts', 'utf8');
  const here = path.join(copy, 'modules.ts');
  await writeFile(here, named.replaceAll('../../../src/', './src/'));
  levitate = (await import(here)) as typeof modules;
  root = await unpackRoot({ make: (output) => levitate.build({ profile, output }) });
  there = await root.inhabit();
});
afterAll(async () => {
  await there.leave();
  await root.remove();
  await rm(copy, { recursive: true, force: true });
});

test('a kind is one file on each side, and one line', async () => {
  const changes = async (folder: string): Promise<string[]> => {
    const words = [
      'diff',
      '--no-index',
      '--numstat',
      '--no-renames',
      folder,
      path.join(copy, folder),
    ];
    const { stdout } = await execa('git', words, { reject: false });
    return stdout.split('\n').map((change) => change.replace(/(\t\d+)\t.*\/([^/}]+)\}?$/, '$1 $2'));
  };
  const lines = async (file: string): Promise<number> =>
    (await readFile(file, 'utf8')).split('\n').length - 1;
  expect(await changes('src')).toEqual([
    `${await lines('test/shell/kind/file.ts')}\t0 file.ts`,
    '1\t0 index.ts',
  ]);
  expect(await changes('initramfs')).toEqual([
    `${await lines('test/shell/kind/file.sh')}\t0 file.sh`,
  ]);
});

test('a target of the new kind is checked, planned, written and verified', async () => {
  const { loadProfile, targetIn, flashTarget, callFlasher, takeLease, replyOf } = levitate;
  const { indexImage, JobState } = levitate;

  const { kind, args } = targetIn(await loadProfile(profile), 'copy');
  expect(args).toEqual(['file', medium]);

  const old = randomBytes(4 << 20);
  const on = `${there.slash}${medium}`;
  await writeFile(on, old);
  const bytes = randomBytes((3 << 20) + 777);
  old.copy(bytes, 1 << 20, 1 << 20, 2 << 20);
  const file = path.join(copy, 'image');
  await writeFile(file, bytes);
  const image = await indexImage(file);

  const search = `${path.dirname(there.flasher)}:${process.env['PATH'] ?? ''}`;
  const transport = localTransport('eval "$1"', { PATH: search });
  const facts = replyOf(await callFlasher(transport, ['target', ...args]), 'target');
  expect(facts).toMatchObject({ kind: 'file', node: medium, size: old.length });
  expect(kind.check(image, facts, {})).toBeUndefined();
  expect(kind.check({ ...image, length: old.length + 1 }, facts, {})?.code).toBe('IMAGE_TOO_LARGE');

  const lease = await takeLease(transport, 'test');
  const flash = async () => {
    const job = { target: 'copy', kind, args, facts, image, state: new JobState() };
    const { plan, flashed } = await flashTarget({ transport }, job, lease);
    return { steps: plan.steps.map((step) => step.do), sent: flashed.sentBytes };
  };
  // The second MiB is there already.
  expect(await flash()).toEqual({
    steps: ['invalidate', 'write', 'write', 'finish', 'verify'],
    sent: (2 << 20) + 777,
  });
  expect((await readFile(on)).equals(Buffer.concat([bytes, old.subarray(bytes.length)]))).toBe(
    true,
  );
  expect(await flash()).toEqual({ steps: ['verify'], sent: 0 });
  await lease.release();
  const status = replyOf(await callFlasher(transport, ['status']), 'status');
  expect(status.targets).toEqual({ 'file-_tmp_medium': 'verified' });
});
