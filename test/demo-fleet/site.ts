/** A site to try `levitate fleet` on: three emulated routers, fifty fake ones, and a folder with the files of a fleet. */
import { chmod, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openEngine } from '../../packages/fleet/src/engine/pg-boss.js';
import { runStation } from '../../packages/fleet/src/station/run-station.js';
import { stopCluster } from '../../packages/fleet/src/store/cluster.js';
import { openStore } from '../../packages/fleet/src/store/store.js';
import { FakeDevices } from '../../packages/fleet/test/fake-devices.js';
import { fakeDriver } from '../../packages/fleet/test/fake-driver.js';
import { bootDevice, compressed, deviceArtifacts, type LabDevice } from '../lab/index.js';

/** The checkout. */
const checkout = resolve(import.meta.dirname, '../..');

/** The program, as it is in this checkout. */
export const program = join(checkout, 'dist/cli/main.js');

const names = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${prefix}-${String(n + 1).padStart(2, '0')}`);
const routers = names('lab', 3);
const fakes = names('fake', 50);

/** A site that is up. */
export interface Site extends AsyncDisposable {
  /** Where its files are. */
  folder: string;
  /** What commands need of the environment. */
  env: Record<string, string>;
  /** The emulated devices, by their names. */
  devices: Map<string, LabDevice>;
}

/** Takes a step of the setting up back. */
export type Undo = () => unknown;

/** Takes back what was done, the last first. */
export async function tearDown(undo: readonly Undo[]): Promise<void> {
  for (const step of undo.toReversed()) await step();
}

/** Sets a site up. The station of the fake devices runs in this process; that of the emulated ones is for somebody to start. */
export async function setUp(): Promise<Site> {
  // PostgreSQL runs as another user where root calls, and gets in here.
  const folder = await mkdtemp('/tmp/levitate-fleet-demo-');
  await chmod(folder, 0o755);
  const env = {
    LEVITATE_FLEET_STATE: join(folder, 'state'),
    XDG_STATE_HOME: join(folder, 'sessions'),
  };
  const undo: Undo[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    Object.assign(process.env, env);
    const devices = await bootRouters(folder, undo);
    await writeFiles(folder, env);
    undo.push(() => stopCluster(env.LEVITATE_FLEET_STATE));
    await runFakes(folder, undo);
    return { folder, env, devices, [Symbol.asyncDispose]: () => tearDown(undo) };
  } catch (error) {
    await tearDown(undo);
    throw error;
  }
}

async function bootRouters(folder: string, undo: Undo[]) {
  const devices = new Map<string, LabDevice>();
  let config = '';
  for (const name of routers) {
    const device = await bootDevice('router-ubi');
    undo.push(() => device.stop());
    devices.set(name, device);
    const text = await readFile(device.sshConfig, 'utf8');
    config += text.replace(`Host ${device.host}\n`, `Host ${name}\n`);
    console.log(`  ${name} is up`);
  }
  await writeFile(join(folder, 'ssh_config'), config);
  return devices;
}

async function writeFiles(folder: string, env: Record<string, string>): Promise<void> {
  const { v1, v2 } = await deviceArtifacts('router-ubi');
  await symlink(await compressed(v2.ubi, 'xz'), join(folder, 'v2.ubi.xz'));
  await symlink(await compressed(v1.ubi, 'xz'), join(folder, 'bad.ubi.xz'));
  const profile = join(checkout, 'profiles/router-ubi.yaml');
  const lines = [
    `defaults: { profile: ${profile} }`,
    'devices:',
    ...routers.map((name) => `  ${name}: { host: ${name}, station: lab, tags: [emulated] }`),
    ...fakes.map((name) => `  ${name}: { host: root@${name}, station: fakes, tags: [fake] }`),
  ];
  const rollout = (name: string, build: string, canary: string) => [
    `name: ${name}`,
    `images: { layout: ${name}.ubi.xz }`,
    `expect-build: ${build}`,
    `groups:`,
    `  - { name: canary, devices: [${canary}] }`,
    `  - { name: rest, errors: 2% }`,
    `limits: { start-with: 8 }`,
  ];
  const exports = Object.entries(env).map(([key, value]) => `export ${key}=${value}`);
  const shell = [`cd ${folder}`, ...exports, `levitate() { node ${program} "$@"; }`];
  const files = {
    'fleet.yaml': lines,
    'v2.yaml': rollout('v2', 'router-ubi 2', 'lab-01, fake-01, fake-02'),
    // It is the image of build 1, which somebody took for build 3.
    'bad.yaml': rollout('bad', 'router-ubi 3', 'lab-02'),
    'env.sh': shell,
  };
  for (const [name, text] of Object.entries(files))
    await writeFile(join(folder, name), text.map((line) => `${line}\n`).join(''));
}

async function runFakes(folder: string, undo: Undo[]): Promise<void> {
  const devices = await new FakeDevices(join(folder, 'fakes'), 1500).listen();
  undo.push(() => devices.close());
  const store = await openStore();
  undo.push(() => store[Symbol.asyncDispose]());
  const engine = await openEngine(store);
  undo.push(() => engine[Symbol.asyncDispose]());
  const driver = fakeDriver(devices.path);
  const end = new AbortController();
  const running = runStation(store, engine, {
    ...{ name: 'fakes', parallel: 40, signal: end.signal, onEvent: () => undefined },
    ...{ driver, state: join(folder, 'state') },
  });
  undo.push(async () => {
    end.abort();
    await running;
  });
}
