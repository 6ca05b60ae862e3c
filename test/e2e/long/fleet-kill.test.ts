/**
 * A station of a fleet is killed while three devices are written: started again, it carries on; and where it is gone for good, another
 * one that a person names does.
 */
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bootDevice, compressed, deviceArtifacts, type LabDevice } from '../../lab/index.js';
import { minutes } from '../lines.js';

const checkout = resolve(import.meta.dirname, '../../..');
const program = join(checkout, 'dist/cli/main.js');
const names = ['lab-01', 'lab-02', 'lab-03'];

let folder: string;
const devices: LabDevice[] = [];
beforeAll(async () => {
  // PostgreSQL runs as another user where root calls, and gets in here.
  folder = await mkdtemp('/tmp/levitate-fleet-kill-');
  await chmod(folder, 0o755);
  let config = '';
  for (const name of names) {
    const device = await bootDevice('router-ubi');
    devices.push(device);
    const text = await readFile(device.sshConfig, 'utf8');
    config += text.replace(`Host ${device.host}\n`, `Host ${name}\n`);
  }
  await writeFile(join(folder, 'ssh_config'), config);
  const profile = join(checkout, 'profiles/router-ubi.yaml');
  const inventory = { defaults: { profile, station: 'one' }, devices: {} as object };
  inventory.devices = Object.fromEntries(names.map((name) => [name, { host: name }]));
  await writeFile(join(folder, 'fleet.yaml'), JSON.stringify(inventory));
  const { v1, v2 } = await deviceArtifacts('router-ubi');
  for (const [name, { ubi }] of Object.entries({ v1, v2 })) {
    await symlink(await compressed(ubi, 'xz'), join(folder, `${name}.ubi.xz`));
    const build = `router-ubi ${name.slice(1)}`;
    const images = { layout: `${name}.ubi.xz` };
    const rollout = { name, images, 'expect-build': build, groups: [{ name: 'all' }] };
    await writeFile(join(folder, `${name}.yaml`), JSON.stringify(rollout));
  }
  await fleet('import', 'fleet.yaml');
}, minutes(10));
afterAll(async () => {
  await fleet('database', 'stop');
  for (const device of devices) await device.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What a station's own machine has: each has what it remembers for itself, and all have the database. */
const env = (station = 'one') => ({
  LEVITATE_FLEET_STATE: join(folder, 'state'),
  XDG_STATE_HOME: join(folder, station),
});

async function fleet(...words: string[]): Promise<string> {
  const { stdout } = await execa('node', [program, 'fleet', ...words], { cwd: folder, env: env() });
  return stdout;
}

/** Starts a rollout as its plan says. */
async function start(file: string): Promise<void> {
  const digest = /--plan (\w+)/.exec(await fleet('rollout', 'plan', file))?.[1] ?? '';
  await fleet('rollout', 'start', file, '--plan', digest);
}

const station = (name: string) =>
  execa(
    'node',
    [program, ...['fleet', 'station', 'run', name, '-F', 'ssh_config', '--until-done']],
    { cwd: folder, env: env(name), all: true, reject: false, stdin: 'ignore' },
  );

/** How many devices of a rollout are in a state. */
async function count(id: number, state: string): Promise<number> {
  const text = await fleet('rollout', 'status', String(id), '--json');
  const { groups } = JSON.parse(text) as { groups: { states: Record<string, number> }[] };
  return groups.reduce((sum, { states }) => sum + (states[state] ?? 0), 0);
}

/** Runs a station until it writes all three devices, and kills it. */
async function killedWriting(id: number): Promise<void> {
  const running = station('one');
  await expect
    .poll(() => count(id, 'writing'), { timeout: minutes(15), interval: 500 })
    .toBe(names.length);
  running.kill('SIGKILL');
  await running;
  expect(await count(id, 'done')).toBe(0);
}

/** All have the build, and each was reported once. */
async function areAll(id: number, build: string): Promise<void> {
  for (const device of devices) expect(await device.sh('cat /etc/build-id')).toBe(build);
  const [, ...rows] = (await fleet('report', String(id), '--csv')).trim().split('\n');
  expect(rows.map((row) => row.split(',')).map(([name, , result]) => [name, result])).toEqual(
    names.map((name) => [name, 'OK']),
  );
}

test('the same station carries on', { timeout: minutes(40) }, async () => {
  await start('v2.yaml');
  await killedWriting(1);
  const { exitCode, all } = await station('one');
  expect(all).toContain('lab-01: OK');
  expect(exitCode).toBe(0);
  await areAll(1, 'router-ubi 2');
});

test('another station carries on, by word of a person', { timeout: minutes(40) }, async () => {
  await mkdir(join(folder, 'two'), { recursive: true });
  await start('v1.yaml');
  await killedWriting(2);
  await fleet('station', 'takeover', 'one', 'two');
  const { exitCode, all } = await station('two');
  expect(all).toContain('lab-01: OK');
  expect(exitCode).toBe(0);
  await areAll(2, 'router-ubi 1');
});
