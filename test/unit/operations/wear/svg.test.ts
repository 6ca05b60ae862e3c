import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { reportCounters } from '../../../../src/flash/counter-report.js';
import {
  checkPicture,
  comparedPanel,
  drawFlash,
  drawPicture,
} from '../../../../src/operations/wear/picture.js';
import { countersSvg } from '../../../../src/operations/wear/svg.js';
import type { Progress } from '../../../../src/progress.js';

const report = reportCounters([1, 1, 3, null], [2, 2, 4, 1]);
const host = 'pi@<box> & "co"';
const drawn = countersSvg(host, 'today', [comparedPanel('layout \u0007', report)]);

/** The elements that are open at the end; each must be closed in its order, with attributes in quotes. */
function openIn(svg: string): string[] {
  const open: string[] = [];
  const body = svg.replace(/^<\?xml [^?]*\?>\n/, '');
  for (const [, closing, name, attributes, empty] of body.matchAll(
    /<(\/?)([a-z]+)((?: [a-zA-Z0-9-]+="[^"<&]*")*)(\/?)>/g,
  )) {
    if (closing) expect(open.pop()).toBe(name);
    else if (!empty) open.push(name!);
    expect(attributes).toBeDefined();
  }
  // All that is no element is text, without what would begin one.
  expect(body.replace(/<\/?[a-z]+(?: [a-zA-Z0-9-]+="[^"<&]*")*\/?>/g, '')).not.toMatch(
    /<|>|&(?!amp;|lt;|gt;|quot;)/,
  );
  return open;
}

it('is well-formed XML, whatever the names are made of', () => {
  expect(openIn(drawn)).toEqual([]);
  expect(drawn).toContain('pi@&lt;box&gt; &amp; &quot;co&quot;');
  expect(drawn).toContain('layout \ufffd');
});

it('has a bar with its number for each range and time that has eraseblocks, within the picture', () => {
  const bars = [
    ...drawn.matchAll(
      /<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" fill="(#\w+)"/g,
    ),
  ]
    .map(([, ...numbers]) => numbers)
    .filter(([, , , height]) => height !== '12');
  // Before: 1 and 3. After: 1, 2 and 4.
  expect(bars.map(([, , , , fill]) => fill).sort()).toEqual([
    ...['#1f6feb', '#1f6feb', '#1f6feb', '#9aa7b4', '#9aa7b4'],
  ]);
  for (const [x, y, width, height] of bars.map((bar) => bar.slice(0, 4).map(Number))) {
    expect(x! + width!).toBeLessThan(720);
    expect(y! + height!).toBe(258);
  }
});

it('says the numbers of both times in words', () => {
  expect(drawn).toContain(
    'before: lowest 1, mean 1.67, highest 3; 3 of 4 eraseblocks have a counter',
  );
  expect(drawn).toContain(
    'after: lowest 1, mean 2.25, highest 4; 4 of 4 eraseblocks have a counter',
  );
});

it('is written by its name, or it is told why not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'levitate-svg-'));
  try {
    const notes: Progress[] = [];
    const run = { onProgress: (event: Progress) => notes.push(event) };
    const file = join(folder, 'wear.svg');
    const targets = [{ target: 'layout', node: '/dev/mtd0', counters: report }];
    await checkPicture(file);
    expect(await drawFlash(file, host, targets, run)).toEqual({ svg: file });
    expect(openIn(await readFile(file, 'utf8'))).toEqual([]);
    expect(notes).toEqual([]);

    await expect(checkPicture(join(folder, 'absent/wear.svg'))).rejects.toMatchObject({
      code: 'OUTPUT_FAILED',
    });
    expect(await drawPicture(join(folder, 'other.svg'), host, [], run)).toBeUndefined();
    // A disk that is full by then does not undo what was written to the device.
    expect(await drawFlash(join(file, 'wear.svg'), host, targets, run)).toEqual({});
    expect(notes).toMatchObject([
      { level: 'warning', message: expect.stringContaining('was not written') as string },
      { level: 'warning', message: expect.stringContaining('The picture is missing') as string },
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
