import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JobState } from '../../../../src/flash/job-state.js';
import type { Job } from '../../../../src/flash/kind.js';
import { block } from '../../../../src/flash/kinds/block.js';
import { planJob } from '../../../../src/flash/plan.js';
import { chunkSize, type ImageIndex } from '../../../../src/image/image.js';
import { indexImage } from '../../../../src/image/index.js';
import { Medium } from '../medium.js';

const bytes = Buffer.alloc(4 * chunkSize, 7);
let folder: string;
let image: ImageIndex;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rescue-'));
  const file = path.join(folder, 'image');
  await writeFile(file, bytes);
  image = await indexImage({ path: file, raw: true });
});
afterAll(() => rm(folder, { recursive: true }));

const jobOf = (isThere: boolean): Job => ({
  ...{ target: 'x', kind: block, args: [], image, state: new JobState() },
  facts: {
    ...{ kind: 'block', name: '/dev/x', node: '/dev/x', size: bytes.length },
    powerCut: {
      leadsTo: 'rescue',
      firmware: 'bios',
      offset: 4096,
      length: 8192,
      isThere,
      within: [],
    },
  },
});

async function flash(job: Job, medium: Medium): Promise<string[]> {
  const context = { flasher: medium };
  await planJob(context, job, false);
  await block.write(context, job, 1);
  await block.verify(context, job, 1);
  return medium.log.filter((line) => !line.startsWith('read '));
}

test('the rescue comes before every other change, the first chunk after it is never made invalid, and the rescue ends last', async () => {
  const medium = new Medium(Buffer.alloc(bytes.length));
  expect(await flash(jobOf(false), medium)).toEqual([
    ...['rescue 4096', 'open', 'write 1', 'write 2', 'write 3', 'write 0'],
    ...['finish', 'verified', 'end rescue'],
  ]);
  expect(medium.bytes.equals(bytes)).toBe(true);
});

test('after a cut of the link the disk starts the rescue before the write goes on', async () => {
  const medium = new Medium(Buffer.alloc(bytes.length));
  const job = jobOf(false);
  medium.cutAfter = 2;
  await expect(flash(job, medium)).rejects.toThrow('cut');
  medium.cutAfter = Infinity;
  const log = await flash(job, medium);
  expect(log.slice(log.lastIndexOf('rescue 4096'))).toEqual([
    ...['rescue 4096', 'open', 'write 3', 'write 0', 'finish', 'verified', 'end rescue'],
  ]);
});

test('a disk that holds the image gets no rescue; one that is left from before is overwritten', async () => {
  const medium = new Medium(Buffer.from(bytes));
  expect(await flash(jobOf(true), medium)).toEqual(['verified', 'end rescue']);
});
