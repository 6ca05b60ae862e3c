import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { earlierCounters } from '../../../../src/operations/wear/earlier.js';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'levitate-wear-'))));
afterAll(() => rm(folder, { recursive: true }));

const result = (device: string, ...counters: unknown[]) =>
  JSON.stringify({
    type: 'result',
    command: 'wear',
    media: [
      { device, name: 'ubi', counters: { counters } },
      { device: 'vda', name: '' },
    ],
  });

async function read(...lines: string[]) {
  const file = join(folder, 'earlier.json');
  await writeFile(file, lines.map((line) => `${line}\n`).join(''));
  return earlierCounters(file);
}

describe('earlierCounters', () => {
  it('takes the last result among the events of a log', async () => {
    const found = await read(
      result('mtd3', 1, 1),
      '{"type":"phase","phase":"facts"}',
      'noise',
      'null',
      result('mtd3', 2, null, 3),
      '',
    );
    expect([...found]).toEqual([['mtd3 ubi', [2, null, 3]]]);
  });

  it.each([
    ['no result', ['{"type":"result","command":"status","media":[]}'], /holds no result/],
    ['a result of something else', ['{"type":"result","command":"wear","media":[7]}'], /no result/],
    ['counters that are none', [result('mtd3', 'many')], /the counters of mtd3 are none/],
    ['a counter below zero', [result('mtd3', -1)], /the counters of mtd3 are none/],
  ])('refuses %s', async (_, lines, message) => {
    await expect(read(...lines)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(message) as string,
    });
  });

  it('refuses what cannot be read', async () => {
    for (const path of [join(folder, 'absent'), folder])
      await expect(earlierCounters(path)).rejects.toMatchObject({ code: 'USAGE' });
  });
});
