import { describe, expect, it } from 'vitest';
import { behindTheEnd, planFlash } from '../../../src/flash/plan.js';
import type { TargetFacts } from '../../../src/flash/kind.js';
import type { Behind } from '../../../src/flash/steps.js';
import { targetKinds } from '../../../src/flash/target.js';
import { chunkSize, type ImageIndex } from '../../../src/image/image.js';

const image: ImageIndex = {
  path: 'new.img',
  compression: 'none',
  raw: false,
  protectedBy: [],
  format: 'disk',
  length: 3 * chunkSize + 512,
  storedLength: 3 * chunkSize + 512,
  sha256: 'whole',
  chunks: ['a', 'b', 'c', 'd'],
};
const facts: TargetFacts = { kind: 'block', name: '/dev/vda', node: '/dev/vda', size: 1 << 30 };
const kind = (name: string) => targetKinds.find((one) => one.name === name)!;
const planOf = (
  name: string,
  chunks: string[],
  behind: Behind = { remains: [], lost: [] },
  of: TargetFacts = facts,
) =>
  planFlash(
    { target: 'it', kind: kind(name), facts: of, image },
    { chunks, ...behind },
    { way: 'delta', why: 'it was asked for' },
  );

describe('planFlash', () => {
  it('invalidates the first chunk before anything else changes and writes it last', () => {
    const plan = planOf('block', ['x', 'x', 'c', 'x']);
    expect(plan.steps.map((step) => [step.do, 'chunks' in step ? step.chunks : undefined])).toEqual(
      [
        ['invalidate', undefined],
        ['write', [1, 3]],
        ['write', [0]],
        ['finish', undefined],
        ['verify', undefined],
      ],
    );
    expect(plan.sendBytes).toBe(2 * chunkSize + 512);
  });

  it('rewrites the first chunk around any change, even if it is right already', () => {
    const plan = planOf('block', ['a', 'x', 'c', 'd']);
    expect(plan.steps.map((step) => step.do)).toEqual([
      'invalidate',
      'write',
      'write',
      'finish',
      'verify',
    ]);
  });

  it('writes nothing where everything is there, and still reads back', () => {
    const plan = planOf('block', image.chunks);
    expect(plan.steps.map((step) => step.do)).toEqual(['verify']);
    expect(plan.steps.every((step) => step.undoable && step.touches === null)).toBe(true);
    expect(plan.sendBytes).toBe(0);
  });

  const behind = {
    remains: [{ what: 'backup GPT', offset: (1 << 30) - 512, bytes: 512 }],
    lost: [{ node: '/dev/vda3', label: 'data', offset: 1 << 24, bytes: 1 << 20 }],
  };

  it('clears what is left alive behind the image, when that is written and before it is read back', () => {
    const plan = planOf('block', ['a', 'x', 'c', 'd'], behind);
    expect(plan.steps.map((step) => step.do)).toEqual([
      'invalidate',
      'write',
      'write',
      'finish',
      'clear',
      'verify',
    ]);
    expect(plan.steps[4]).toEqual({
      do: 'clear',
      what: 'backup GPT',
      offset: (1 << 30) - 512,
      bytes: 512,
      touches: '/dev/vda',
      undoable: false,
    });
    expect(plan.lost).toEqual(behind.lost);
    expect(behindTheEnd('disk', behind)).toEqual([
      expect.stringMatching(
        /^disk: \/dev\/vda3 \(data\) of 1048576 bytes at 16777216 goes with the table/,
      ),
      expect.stringMatching(
        /^disk: .* a backup GPT behind the image, 512 bytes at 1073741312,.* cleared/,
      ),
    ]);
  });

  it('clears it where the image is there already, too', () => {
    const plan = planOf('block', image.chunks, behind);
    expect(plan.steps.map((step) => step.do)).toEqual(['clear', 'verify']);
    expect(plan.steps.at(-1)?.undoable).toBe(false);
  });

  it('sends no stream whose image is there', () => {
    const plan = planOf('ubi', image.chunks);
    expect(plan.steps.map((step) => step.do)).toEqual(['verify']);
    expect(plan.sendBytes).toBe(0);
  });

  it('streams a UBI layout whole, from the first chunk to the last', () => {
    const plan = planOf('ubi', [], undefined, { ...facts, node: '/dev/mtd0' });
    expect(plan.steps[0]).toMatchObject({
      do: 'write',
      chunks: [0, 1, 2, 3],
      touches: '/dev/mtd0',
      undoable: false,
    });
    expect(plan.steps.at(-1)).toMatchObject({ do: 'verify', how: 'body' });
  });
});
