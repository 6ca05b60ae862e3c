import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { targetOf } from '../../../src/flash/target.js';
import { loadProfile } from '../../../src/profile/load.js';

const folder = mkdtempSync(join(tmpdir(), 'levitate-kept-'));
afterAll(() => rmSync(folder, { recursive: true }));
const load = (targets: string) => {
  const path = join(folder, 'p.yaml');
  writeFileSync(path, `name: p\narch: armv7\nflash:\n  targets: { ${targets} }\n`);
  return loadProfile(path);
};

it('ranges and names of a disk become words for the flasher', async () => {
  const keep =
    '[partition-table, { partition: { label: "a b" } }, { offset: 8KiB, length: 512 }, { offset: 0, length: 1MiB }]';
  const { targets } = await load(
    `disk: { block: /dev/a, keep: ${keep} }, nor: { mtd: x, keep: [{ offset: 64KiB, length: 64KiB }] }, ` +
      'part: { partition: { label: a }, keep: [{ offset: 1MiB, length: 512 }] }, raw: { nand: x, keep: [{ offset: 1MiB, length: 128KiB }] }',
  );
  expect(targetOf(targets['part']!)).toMatchObject({
    args: ['partition', 'label', 'a'],
    keeps: ['1048576+512'],
  });
  expect(targetOf(targets['raw']!).keeps).toEqual(['1048576+131072']);
  expect(targetOf(targets['disk']!).keeps).toEqual([
    ...['partition-table', 'label:a b', '8192+512', '0+1048576'],
  ]);
  expect(targetOf(targets['disk']!).args).toEqual(['block', '/dev/a']);
  expect(targetOf(targets['nor']!).keeps).toEqual(['65536+65536']);
  expect(targetOf({ block: '/dev/a' }).keeps).toEqual([]);
});

it.each([
  ['[]', 'keep'],
  ['[{ offset: 0, length: 0 }]', 'keep[0]'],
  ['[{ offset: 1, length: 512 }]', 'keep[0]'],
  ['[partition-table, { offset: 512, length: 1000 }]', 'keep[1]'],
])('what no disk could keep is refused with its place: %s', async (keep, path) => {
  await expect(load(`disk: { block: /dev/a, keep: ${keep} }`)).rejects.toMatchObject({
    code: 'PROFILE_INVALID',
    data: {
      errors: [expect.objectContaining({ path: `flash.targets.disk.${path}` })],
    },
  });
});

it('the numbers are told', async () => {
  const range = load('disk: { block: /dev/a, keep: [{ offset: 1KiB, length: 100 }] }');
  await expect(range).rejects.toThrow(/multiples of 512 bytes.*offset 1024, length 100/);
});

it.each([
  'x: { mtd: a, keep: [partition-table] }',
  'x: { nand: a, keep: [partition-table] }',
  'x: { partition: { label: a }, keep: [partition-table] }',
  'x: { partition: { label: a }, keep: [{ partition: { label: b } }] }',
  'a: { block: /dev/a }, x: { block: /dev/a, keep: [partition-table] }',
])('%s is refused', async (targets) => {
  await expect(load(targets)).rejects.toMatchObject({ code: 'PROFILE_INVALID' });
});

it.each([
  'x: { ubi: { mtd: a }, keep: [{ offset: 0, length: 128KiB }] }',
  'x: { ubi-volume: a, on: { mtd: a }, keep: [{ offset: 0, length: 128KiB }] }',
])('of UBI no range is kept, and the refusal says why: %s', async (targets) => {
  await expect(load(targets)).rejects.toThrow(/UBI moves what it holds/);
});
