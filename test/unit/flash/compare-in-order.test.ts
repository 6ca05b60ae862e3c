/** A medium on which what lies behind a difference may move: how it is compared and written, on one in memory. */
import { describe, expect, it } from 'vitest';
import { JobState } from '../../../src/flash/job-state.js';
import type { Job } from '../../../src/flash/kind.js';
import { planJob } from '../../../src/flash/plan.js';
import { targetKinds } from '../../../src/flash/target.js';
import { chunkSize } from '../../../src/image/image.js';
import { sha256 } from '../../../src/shared/sha256.js';
import { anImage } from '../image/an-image.js';
import { Medium } from './medium.js';

const kind = targetKinds.find(({ name }) => name === 'nand')!;
const count = 6;
/** An image whose chunk N is full of N. */
const content = Buffer.concat(
  Array.from({ length: count }, (_, n) => Buffer.alloc(chunkSize, n + 1)),
);
const facts = { kind: 'nand', name: 'it', node: '/dev/mtd0', size: 1 << 30, peb_size: 131072 };

function job(more: Partial<Job> = {}): Job {
  const chunks = Array.from({ length: count }, (_, n) => sha256(Buffer.alloc(chunkSize, n + 1)));
  const image = anImage({ format: 'fit', length: content.length, chunks });
  return { target: 'it', kind, args: ['nand', 'it'], facts, image, state: new JobState(), ...more };
}
/** What is planned for a medium with the image on it, except for these chunks. */
async function planned(differing: number[], more: Partial<Job> = {}) {
  const medium = new Medium(Buffer.from(content));
  for (const index of differing) medium.bytes.fill(0xee, index * chunkSize, index * chunkSize + 9);
  const one = job(more);
  const plan = await planJob({ flasher: medium }, one, true);
  const written = plan.steps.flatMap((step) => (step.do === 'write' ? step.chunks : []));
  return { written, way: plan.way, why: plan.why, proven: [...one.state.proven] };
}

describe('raw NAND', () => {
  it('is sent from the first difference on, and the first chunk after that', async () => {
    expect(await planned([3])).toMatchObject({
      written: [3, 4, 5, 0],
      way: 'delta',
      proven: [1, 2],
    });
    expect((await planned([3])).why).toContain('may have to move');
  });
  it('is sent as a whole where the first place that is looked at differs', async () => {
    expect(await planned([1])).toMatchObject({ written: [1, 2, 3, 4, 5, 0], way: 'full' });
  });
  it('with only the first chunk invalid takes that one', async () => {
    expect(await planned([0])).toMatchObject({ written: [0], way: 'delta' });
  });
  it('that holds the image is left as it is', async () => {
    expect(await planned([])).toMatchObject({ written: [], way: 'delta' });
  });
  it('is sent as a whole without a look where that was asked for', async () => {
    expect(await planned([], { forced: 'full' })).toMatchObject({
      written: [1, 2, 3, 4, 5, 0],
      way: 'full',
      proven: [],
    });
  });
  it('tells what the chip has told since: bit flips, and what went bad', async () => {
    const medium = new Medium(Buffer.from(content));
    medium.facts = { ...facts, corrected_bits: 12, bad_blocks: 3 };
    const said: string[] = [];
    const one = job({ facts: { ...facts, corrected_bits: 5, bad_blocks: 2, ecc_strength: 4 } });
    const context = {
      flasher: medium,
      onProgress: (event: { type: string; message?: string }) =>
        void said.push(event.message ?? ''),
    };
    await planJob(context, one, true);
    await kind.write(context, one, 1);
    expect(await kind.verify(context, one, 1)).toEqual({ nand: { correctedBits: 7, wentBad: 1 } });
    expect(said.join('\n')).toMatch(/7 bit flips were corrected.*where 4 at once can be/);
    expect(said.join('\n')).toMatch(/1 eraseblocks? of 128 KiB went bad/);
  });
});
