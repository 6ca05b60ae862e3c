/** `levitate fleet` as it is typed. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { runFleet } from '../../../src/cli/fleet.js';
import { fleet } from '../src/main.js';
import { testCluster } from './cluster.js';

const cluster = testCluster();
const printed: { out: string[]; err: string[] } = { out: [], err: [] };
beforeEach(async () => {
  printed.out = [];
  printed.err = [];
  vi.spyOn(process.stdout, 'write').mockImplementation(
    (text) => printed.out.push(String(text)) > 0,
  );
  vi.spyOn(process.stderr, 'write').mockImplementation(
    (text) => printed.err.push(String(text)) > 0,
  );
  vi.stubEnv('LEVITATE_FLEET_DATABASE', await cluster.url());
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
});

it('says in a sentence that the package is not installed', async () => {
  const missing = Object.assign(new Error("Cannot find package 'levitate-fleet'"), {
    code: 'ERR_MODULE_NOT_FOUND',
  });
  await expect(runFleet([], () => Promise.reject(missing))).rejects.toMatchObject({
    code: 'TOOL_MISSING',
    message: 'the package levitate-fleet is not installed',
    hint: expect.stringContaining('npm install -g levitate-fleet levitate'),
  });
  const broken = Object.assign(
    new Error("Cannot find package 'pg' imported from /levitate-fleet/dist/main.js"),
    {
      code: 'ERR_MODULE_NOT_FOUND',
    },
  );
  await expect(runFleet([], () => Promise.reject(broken))).rejects.toBe(broken);
});

it('is found by levitate, and lists what there is', async () => {
  await runFleet(['list']);
  expect(printed.out.join('')).toBe('NAME  HOST  STATION  TAGS  BUILD\n');
});

it('ends with the status of levitate for what is wrong, and says what to do', async () => {
  await fleet(['rollout', 'status', '7']);
  expect(process.exitCode).toBe(2);
  expect(printed.err.join('')).toContain('NOT_FOUND: there is no rollout 7\n');
  await fleet(['rollout', 'status', '../7']);
  expect(printed.err.join('')).toContain("USAGE: '../7' is not the number of a rollout");
  await fleet(['serve', '--port', '65536']);
  expect(printed.err.join('')).toContain('USAGE: --port is the number of a port, and not 65536');
  await fleet(['improt']);
  expect(printed.err.join('')).toContain("USAGE: unknown command 'improt'");
});

it('prints nothing that a terminal obeys', async () => {
  await fleet(['import', 'no\u001b[2Jfile.yaml']);
  expect(printed.err.join('')).toMatch(/INVENTORY_UNREADABLE: no\?\[2Jfile\.yaml/);
});

it('switches power, and tells of each device what became of it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'levitate-command-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'fleet.yaml');
  const power = (program: string) => `power: { command: { cycle: [${program}] } }`;
  await writeFile(
    file,
    `devices: { a: { host: a, ${power('/bin/true')} }, b: { host: b, ${power('/bin/false')} } }`,
  );
  await fleet(['import', file]);
  await fleet(['power', 'cycle', 'a', 'b']);
  expect(process.exitCode).toBe(6);
  expect(printed.out.join('')).toContain('a was off, and is on\n');
  expect(printed.err.join('')).toContain('b: /bin/false failed with status 1\n');
  expect(printed.err.join('')).toContain('POWER_FAILED: not as it should be: b\n');
  await fleet(['power', 'on', 'a']);
  expect(printed.err.join('')).toContain('a: the inventory does not say how to do on\n');
});
