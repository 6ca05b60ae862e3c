import { describe, expect, it } from 'vitest';
import { targetFlasher } from '../../../src/device/target-flasher.js';
import { targetKinds } from '../../../src/flash/target.js';
import { JobState, type Hash } from '../../../src/flash/job-state.js';
import { readHeaders } from '../../../src/flash/erase-counters.js';
import type { Context, Job } from '../../../src/flash/kind.js';
import { chunksOf, readPieces } from '../../../src/flash/pieces.js';
import type { ImageIndex } from '../../../src/image/image.js';
import { localTransport } from '../device/local-transport.js';

const sha256 = 'a'.repeat(64);
const job = {
  target: 'x',
  kind: targetKinds[0]!,
  args: ['block', '/dev/x'],
  facts: { kind: 'ubi', name: 'x', node: '/dev/x', size: 3 << 17, peb_size: 1 << 17 },
  image: { length: (2 << 20) + 1, chunks: [sha256, sha256, sha256] } as ImageIndex,
  state: new JobState(),
} satisfies Job;

/** What is read of the chunks, and of the headers. */
async function readChunks(context: Context): Promise<Hash[]> {
  const hashes: Hash[] = [];
  await readPieces(context, job, chunksOf(job.image), 'compare', hashes, 3);
  return hashes;
}
async function readCounters(context: Context): Promise<string[]> {
  const headers: string[] = [];
  await readHeaders(context, job, headers);
  return headers;
}

const saying = (lines: object[]) => ({
  flasher: targetFlasher(
    localTransport(
      `cat <<'LINES'\n${lines.map((line) => JSON.stringify(line)).join('\n')}\nLINES\n`,
    ),
    job.args,
  ),
});
const indexes = (type: 'chunk' | 'peb', ...list: number[]) =>
  list.map((index) => ({ type, index, ...(type === 'chunk' ? { sha256 } : { header: '' }) }));

describe.each([
  ['chunk', (lines: object[]) => readChunks(saying(lines))],
  ['peb', (lines: object[]) => readCounters(saying(lines))],
] as const)('the index of a %s', (type, read) => {
  it('is that of the next one, up to the last', async () => {
    expect(await read(indexes(type, 0, 1, 2))).toHaveLength(3);
    expect(await read(indexes(type, 0))).toHaveLength(1);
  });

  it.each([
    [[2 ** 32 - 2], '0 of 3 comes next'],
    [[0, 2], '1 of 3 comes next'],
    [[0, 0], '1 of 3 comes next'],
    [[0, 1, 2, 3], '3 are all'],
    [[Number.MAX_SAFE_INTEGER], '0 of 3 comes next'],
  ])('%j is refused', async (list, next) => {
    await expect(read(indexes(type, ...list))).rejects.toMatchObject({
      code: 'FLASHER_FAILED',
      message: expect.stringContaining(next) as string,
    });
  });
});

it('more chunks than were asked for, without end, are cut off', async () => {
  const transport = localTransport(
    `i=0; while :; do printf '{"type":"chunk","index":%s,"sha256":"${sha256}"}\\n' $i; i=$((i + 1)); done`,
  );
  await expect(readChunks({ flasher: targetFlasher(transport, job.args) })).rejects.toThrow(
    'the flasher tells of chunk 3 where 3 are all',
  );
  await expect.poll(() => transport.running()).toBe(0);
});
