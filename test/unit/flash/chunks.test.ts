import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { JobState } from '../../../src/flash/job-state.js';
import type { Job } from '../../../src/flash/kind.js';
import { block } from '../../../src/flash/kinds/block.js';
import { Pace } from '../../../src/flash/pace.js';
import { planJob } from '../../../src/flash/plan.js';
import { chunkSize, type ImageIndex } from '../../../src/image/image.js';
import { indexImage } from '../../../src/image/index.js';
import { Medium } from './medium.js';

const count = 48;
const length = (count - 1) * chunkSize + 700;
const endOf = (index: number): number => Math.min(length, (index + 1) * chunkSize);
const bytes = Buffer.alloc(length);
for (let index = 0; index < count; index += 1)
  bytes.fill(index + 1, index * chunkSize, endOf(index));
// Zeros that a disk can write by itself.
bytes.fill(0, 12 * chunkSize, 14 * chunkSize);
const all = Array.from({ length: count }, (_, index) => index);

let folder: string;
let image: ImageIndex;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'chunks-'));
  const file = path.join(folder, 'image');
  await writeFile(file, bytes);
  image = await indexImage({ path: file, raw: true });
});
afterAll(() => rm(folder, { recursive: true }));

/** The medium holds the image, but for these chunks. */
function differing(chunks: number[]): Medium {
  const content = Buffer.from(bytes);
  for (const index of chunks) content.fill(255 - index, index * chunkSize, endOf(index));
  return new Medium(content);
}

/** Writing a chunk takes four times as long as reading it, on any machine. */
class Steady extends Pace {
  override noteRead(): void {
    super.noteRead(1);
  }
  override noteWritten(): void {
    super.noteWritten(4);
  }
}
const newState = (): JobState => Object.assign(new JobState(), { pace: new Steady() });

let job: Job;
beforeEach(() => {
  const facts = { kind: 'block', name: '/dev/x', node: '/dev/x', size: length };
  job = { target: 'x', kind: block, args: [], facts, image, state: newState() };
});

/** Compares as much as the write does not compare itself, writes, and reads back. */
async function flash(medium: Medium): Promise<void> {
  const context = { flasher: medium };
  await planJob(context, job, false);
  await block.write(context, job, 1);
  await block.verify(context, job, 1);
}

/** What a write of these chunks has to come to: nothing starts meanwhile, and each is read after it was written. */
function isWhole(medium: Medium, written: number[]): void {
  expect(medium.bytes.equals(bytes)).toBe(true);
  const puts = medium.log.filter((line) => /^(zero|write) /.test(line));
  expect(puts[0]).toBe('zero 0');
  expect(puts.at(-1)).toBe('write 0');
  expect(puts.slice(1).map((line) => Number(line.split(' ')[1]))).toEqual([...written, 0]);
  for (const index of [...written, 0]) {
    const put = medium.log.findLastIndex((line) =>
      new RegExp(`^(zero|write) ${index}$`).test(line),
    );
    expect(medium.log.indexOf(`read ${index}`, put)).toBeGreaterThan(put);
  }
  expect(medium.log.at(-1)).toBe('verified');
}

describe('where all differs', () => {
  it('some places tell, and nothing else is compared', async () => {
    const medium = differing(all);
    await flash(medium);
    isWhole(medium, all.slice(1));
    expect(job.state.way).toMatchObject({
      way: 'full',
      why: expect.stringMatching(/^all of 16/) as string,
    });
    expect(job.state.found.size).toBe(16);
    expect(medium.log.indexOf('open')).toBe(16);
  });

  it('zeros are named, and not sent', async () => {
    const medium = differing(all);
    await flash(medium);
    expect(medium.logged('zero')).toEqual([0, 12, 13]);
    expect(job.state.sentBytes).toBe(length - 2 * chunkSize);
  });

  it('all is compared where a person asks for it, and nothing where a person asks for that', async () => {
    const compared = differing(all);
    job.forced = 'delta';
    await flash(compared);
    isWhole(compared, all.slice(1));
    expect(job.state.found.size).toBe(count);
    const full = differing([]);
    job = { ...job, forced: 'full', state: newState() };
    await flash(full);
    isWhole(full, all.slice(1));
    expect(job.state.found.size).toBe(0);
  });
});

describe('where some chunks differ', () => {
  it('these alone are written, and the others are read once', async () => {
    const medium = differing([7, 16, 47]);
    await flash(medium);
    isWhole(medium, [7, 16, 47]);
    const reads = medium.logged('read');
    const twice = all.filter((index) => reads.filter((one) => one === index).length > 1);
    // The written ones, the first chunk, and what is looked at again in the end.
    expect(twice.length).toBeLessThanOrEqual(4 + 8);
    expect(job.state.way.way).toBe('delta');
  });

  it('the write begins before all is compared', async () => {
    const medium = differing([1]);
    await flash(medium);
    isWhole(medium, [1]);
    // One of those that were not looked at before.
    expect(medium.log.indexOf('write 1')).toBeLessThan(medium.log.indexOf('read 46'));
  });

  it('comparing is given up where nearly all differs', async () => {
    const medium = differing(all.filter((index) => index % 16 !== 4));
    await flash(medium);
    expect(medium.bytes.equals(bytes)).toBe(true);
    expect(job.state.way).toMatchObject({
      way: 'full',
      why: expect.stringMatching(/^writing is faster than comparing/) as string,
    });
    expect(job.state.found.size).toBeLessThan(count);
    expect(medium.log.at(-1)).toBe('verified');
  });

  it('a dry run compares all of it', async () => {
    const medium = differing([7, 16]);
    const plan = await planJob({ flasher: medium }, job, true);
    expect(plan).toMatchObject({ way: 'delta', sendBytes: 3 * chunkSize });
    expect(medium.logged('read').sort((a, b) => a - b)).toEqual(all);
  });
});

it('where nothing differs, nothing is touched and each chunk is read once', async () => {
  const medium = differing([]);
  await flash(medium);
  expect(medium.log.filter((line) => !line.startsWith('read '))).toEqual(['verified']);
  expect(medium.logged('read').sort((a, b) => a - b)).toEqual(all);
});

it('what cannot be read before it is written is written', async () => {
  const medium = differing([7]);
  medium.unreadable.add(9);
  await flash(medium);
  expect(medium.bytes.equals(bytes)).toBe(true);
  expect(medium.logged('write')).toContain(9);
  expect(medium.log.at(-1)).toBe('verified');
  expect(job.state.way).toMatchObject({ way: 'full', why: 'the medium cannot be read in places' });
});

it('what the device has read back behind the write is read again in some places alone, when all is written', async () => {
  const medium = differing(all);
  medium.readsBack = true;
  await flash(medium);
  expect(medium.bytes.equals(bytes)).toBe(true);
  const after = medium.log.slice(medium.log.findLastIndex((line) => line.startsWith('write')));
  const read = after.filter((line) => line.startsWith('read'));
  expect(read).toHaveLength(8);
  // Those that were compared before, and these.
  expect(medium.logged('read')).toHaveLength(16 + 8);
});

describe('a medium that does not keep what is written', () => {
  it.each([1, 7, 47])(
    'is named by the place that differs, and nothing starts from it: %i',
    async (index) => {
      const medium = differing(all);
      medium.worn.add(index);
      await expect(flash(medium)).rejects.toMatchObject({
        code: 'VERIFY_FAILED',
        message: expect.stringContaining(`MiB ${index} differ`) as string,
      });
      expect(medium.logged('write')).not.toContain(0);
      expect(medium.log).not.toContain('verified');
    },
  );

  it('and cannot be read, keeps its first chunk invalid as well', async () => {
    const medium = differing(all);
    medium.failing.add(7);
    await expect(flash(medium)).rejects.toMatchObject({ code: 'VERIFY_FAILED' });
    expect(medium.logged('write')).not.toContain(0);
  });

  it('because it has fewer bytes than it says is found out, although each chunk was read back behind the write', async () => {
    const medium = differing(all);
    medium.capacity = 30;
    await expect(flash(medium)).rejects.toMatchObject({ code: 'VERIFY_FAILED' });
    expect(medium.log).not.toContain('verified');
  });
});

it('a cut in the middle: what was acknowledged is not sent again, and all is read back', async () => {
  const medium = differing(all);
  medium.cutAfter = 12;
  await expect(flash(medium)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  medium.cutAfter = Infinity;
  await block.write({ flasher: medium }, job, 2);
  await block.verify({ flasher: medium }, job, 2);
  expect(medium.bytes.equals(bytes)).toBe(true);
  const writes = medium.logged('write').concat(medium.logged('zero').slice(2));
  expect(new Set(writes).size).toBe(count);
  expect(writes.length).toBeLessThanOrEqual(count + 1);
  expect(medium.log.at(-1)).toBe('verified');
});

it('a cut before the first chunk is written again: it is written, although it was there before', async () => {
  const medium = differing([7, 16, 30]);
  medium.cutAfter = 4;
  await expect(flash(medium)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  expect(medium.bytes.equals(bytes)).toBe(false);
  medium.cutAfter = Infinity;
  await block.write({ flasher: medium }, job, 2);
  await block.verify({ flasher: medium }, job, 2);
  expect(medium.bytes.equals(bytes)).toBe(true);
  expect(medium.logged('write')).toEqual([7, 16, 30, 0]);
  expect(medium.log.at(-1)).toBe('verified');
});

it('a cut before the last chunk is read back: it is read over the next link', async () => {
  const medium = differing([7]);
  medium.worn.add(0);
  await planJob({ flasher: medium }, job, true);
  medium.cutAfter = 3;
  await expect(flash(medium)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  medium.cutAfter = Infinity;
  await block.write({ flasher: medium }, job, 2);
  const verified = block.verify({ flasher: medium }, job, 2);
  await expect(verified).rejects.toMatchObject({
    message: expect.stringContaining('MiB 0 differ') as string,
  });
});

describe('a chunk that the device refuses', () => {
  it('tells that the image has changed, and nothing of the new content is written', async () => {
    const medium = differing(all);
    const other = Buffer.from(bytes).fill('!', 20 * chunkSize, 21 * chunkSize);
    await writeFile(image.path, other);
    try {
      await expect(flash(medium)).rejects.toMatchObject({
        code: 'IMAGE_CHANGED',
        message: expect.stringContaining('MiB 20') as string,
      });
    } finally {
      await writeFile(image.path, bytes);
    }
    expect(medium.bytes.indexOf('!!!!')).toBe(-1);
    expect(medium.logged('write')).not.toContain(20);
  });

  it('is the fault of the way there, where the image is the same', async () => {
    const medium = differing(all);
    medium.refused.add(20);
    await expect(flash(medium)).rejects.toMatchObject({ code: 'WRITE_FAILED' });
    expect(medium.logged('write')).not.toContain(0);
  });
});
