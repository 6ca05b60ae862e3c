import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpackRoot, type Root } from './root.js';

const scenarios = readdirSync(path.join(import.meta.dirname, 'scenarios'))
  .filter((name) => name.endsWith('.sh'))
  .sort();

/**
 * What is about the way of the bytes, and about who uses what. A medium that is slow by the kind's own words is one of the shell's, and so are groups of
 * eraseblocks on a file; those, and the many frames that are none, go to the helper in test/integration/helper and in the fuzzer.
 */
const ofHelper = /^(chunks|feed|stream|helper|rehearsal|usage|old-dev)/;
const slow = new Set(['feed-killed-inside-chunk.sh']);
const byHelper = scenarios.filter((name) => ofHelper.test(name) && !slow.has(name));

describe.each([
  { helper: false, of: scenarios },
  { helper: true, of: byHelper },
])('in the maintenance root, under its busybox ash, with the helper: $helper', ({ helper, of }) => {
  let root: Root;
  beforeAll(async () => {
    root = await unpackRoot({ helper });
  });
  afterAll(() => root.remove());

  it.each(of)('%s', async (scenario) => {
    const { exitCode, output } = await root.run(scenario);
    expect(output).toMatch(/^all is as it should be$/m);
    expect(exitCode).toBe(0);
  });
});
