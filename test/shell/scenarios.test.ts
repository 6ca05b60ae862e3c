import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpackRoot, type Root } from './root.js';

const scenarios = readdirSync(path.join(import.meta.dirname, 'scenarios'))
  .filter((name) => name.endsWith('.sh'))
  .sort();

describe('in the maintenance root, under its busybox ash', () => {
  let root: Root;
  beforeAll(async () => {
    root = await unpackRoot();
  });
  afterAll(() => root.remove());

  it.each(scenarios)('%s', async (scenario) => {
    const { exitCode, output } = await root.run(scenario);
    expect(output).toMatch(/^all is as it should be$/m);
    expect(exitCode).toBe(0);
  });
});
