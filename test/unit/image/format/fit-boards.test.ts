import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { flattened } from '../../../../src/boot-image/fdt.js';
import { fitImage } from '../../../../src/boot-image/fit.js';
import { FitBoards } from '../../../../src/image/format/fit-boards.js';
import { chunkSize } from '../../../../src/image/image.js';
import { indexImage } from '../../../../src/image/index.js';
import { Random } from '../../../fuzz/random.js';
import { put, sample, temporaryFolder } from '../fixtures.js';

const folder = temporaryFolder();
const compatible = (...names: string[]) => Buffer.from(names.map((name) => `${name}\0`).join(''));
const deviceTree = flattened({
  properties: { model: 'an AP', compatible: compatible('acme,ap-2', 'mediatek,mt7986a') },
  nodes: { cpus: { properties: { compatible: 'arm,none' } } },
});
/** The device tree lies behind a kernel of more than a chunk. */
const fit = fitImage({
  ...{ name: 'x', arch: 'aarch64', kernelCompression: 'none', deviceTree },
  ...{ kernel: sample(2 * chunkSize + 99), archive: sample(5000) },
});
const boardsOf = async (bytes: Buffer) => (await indexImage(put(folder, 'x.itb', bytes))).boards;
const expected = [['acme,ap-2', 'mediatek,mt7986a']];

describe('the boards of a FIT', () => {
  test('are those of the device trees in it', async () => {
    expect(await boardsOf(fit)).toEqual(expected);
  });
  test('are found where mkimage -E has put the device trees', async () => {
    const path = put(folder, 'external.itb', fit);
    execFileSync('mkimage', ['-E', '-F', path], { stdio: 'ignore' });
    expect(await boardsOf(readFileSync(path))).toEqual(expected);
    execFileSync('mkimage', ['-E', '-p', '0x1000', '-F', path], { stdio: 'ignore' });
    expect(await boardsOf(readFileSync(path))).toEqual(expected);
  });
  test('are those of its configurations', async () => {
    const configurations = {
      one: { properties: { compatible: compatible('acme,ap-1', 'acme,ap') } },
      two: { properties: { compatible: 'acme,ap-2' } },
    };
    const bytes = flattened({
      nodes: { images: { nodes: {} }, configurations: { nodes: configurations } },
    });
    expect(await boardsOf(bytes)).toEqual([['acme,ap-1', 'acme,ap'], ['acme,ap-2']]);
  });
  test('are none where it names none, or a person takes it as it is', async () => {
    const bytes = flattened({ nodes: { images: { nodes: {} } } });
    expect(await boardsOf(bytes)).toBeUndefined();
    const path = put(folder, 'raw.itb', fit);
    expect((await indexImage({ path, raw: true })).boards).toBeUndefined();
  });
  test('do not depend on the pieces that it comes in', () => {
    const random = new Random('fit');
    for (let run = 0; run < 20; run += 1) {
      const reader = new FitBoards(fit);
      for (let at = 0; at < fit.length;) {
        const next = at + 1 + random.below(run < 10 ? 300_000 : 3_000_000);
        reader.push(fit.subarray(at, next));
        at = next;
      }
      expect(reader.finish()).toEqual(expected);
    }
  });
  test('whatever it is, it is read to its end', () => {
    const random = new Random('damaged FITs');
    const small = fitImage({
      ...{ name: 'x', arch: 'aarch64', kernelCompression: 'none', deviceTree },
      ...{ kernel: sample(300), archive: sample(50) },
    });
    for (let run = 0; run < 3000; run += 1) {
      const bytes = Buffer.from(small);
      for (let times = random.below(6); times >= 0; times -= 1)
        bytes[random.below(bytes.length)] = random.pick([0, 1, 0xff, random.below(256)]);
      const reader = new FitBoards(bytes);
      reader.push(bytes.subarray(0, 700));
      reader.push(bytes.subarray(700));
      expect(Array.isArray(reader.finish())).toBe(true);
    }
  });
});
