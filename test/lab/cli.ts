/** `npm run lab`: the devices for a person. */
import { spawn } from 'node:child_process';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { accelerator } from './accel.js';
import { deviceNames, suiteDeviceNames, type DeviceName } from './artifacts.js';
import { buildDevices } from './build-devices.js';
import { cacheDir, exists } from './cache.js';
import { followConsole } from './console.js';
import { bootDevice, LabDevice } from './device.js';

const usage = `npm run lab -- COMMAND

  up NAME          boot a fresh device (${deviceNames.join(', ')}) and say how to reach it
  ssh NAME [CMD]   a shell on it, or one command
  console NAME     follow its serial console
  cut NAME         cut its power and switch it on again
  down NAME        switch it off and throw its disk away
  build [NAME]     make the images and the saved state of one device, or of those of npm test
  list             what there is and what is running

Only 127.0.0.1 can reach the devices. The first \`up\` builds them from Debian packages.
`;

const runDir = (name: string) => join(cacheDir, 'run', name);

async function main([command, name, ...rest]: string[]): Promise<number> {
  if (command === 'list') return list();
  if (command === 'build' && name === undefined) return build(suiteDeviceNames);
  const commands = {
    build: (device: DeviceName) => build([device]),
    up,
    ssh,
    console: console_,
    cut,
    down,
  };
  if (command === undefined || !(command in commands))
    return say(usage, command === undefined ? 0 : 2);
  const device = deviceNames.find((known) => known === name);
  if (device === undefined) return say(`Name one of: ${deviceNames.join(', ')}\n`, 2);
  return commands[command as keyof typeof commands](device, rest);
}

async function build(names: readonly DeviceName[]): Promise<number> {
  await buildDevices(names, (name, seconds) =>
    say(`${name} is built, after ${seconds.toFixed(1)} s.\n`),
  );
  return 0;
}

async function up(name: DeviceName): Promise<number> {
  const dir = runDir(name);
  const there = await find(name);
  if (await there?.running()) return say(reach(there as LabDevice), 0);
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  say(`Booting ${name} (${await accelerator()}) ...\n`);
  const started = Date.now();
  const device = await bootDevice(name, { dir, detached: true });
  say(`It answers after ${((Date.now() - started) / 1000).toFixed(1)} s.\n`);
  return say(reach(device), 0);
}

async function ssh(name: DeviceName, command: string[]): Promise<number> {
  const device = await running(name);
  const child = spawn('ssh', ['-F', device.sshConfig, device.host, ...command], {
    stdio: 'inherit',
  });
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 255)));
}

async function console_(name: DeviceName): Promise<number> {
  const device = await running(name);
  await followConsole(device.consolePath, (bytes) => process.stdout.write(bytes));
  return 0;
}

async function cut(name: DeviceName): Promise<number> {
  const device = await running(name);
  await device.cut();
  say('Power cut. Booting from the disk as it was ...\n');
  await device.start();
  return say(reach(device), 0);
}

async function down(name: DeviceName): Promise<number> {
  await (await find(name))?.cut();
  await rm(runDir(name), { recursive: true, force: true });
  return 0;
}

async function list(): Promise<number> {
  for (const name of deviceNames) {
    const device = await find(name);
    const state = (await device?.running()) ? `running, port ${device?.port}` : 'off';
    say(`${name.padEnd(14)}${state}\n`);
  }
  const built = await readdir(cacheDir).catch(() => []);
  return say(
    `built in ${cacheDir}: ${built.filter((entry) => !entry.startsWith('.')).join(' ') || 'nothing'}\n`,
    0,
  );
}

async function find(name: DeviceName): Promise<LabDevice | undefined> {
  if (!(await exists(join(runDir(name), 'state.json')))) return undefined;
  return LabDevice.in(runDir(name));
}

async function running(name: DeviceName): Promise<LabDevice> {
  const device = await find(name);
  if (device === undefined || !(await device.running())) {
    throw new Error(`${name} is not running: npm run lab -- up ${name}`);
  }
  return device;
}

function reach(device: LabDevice): string {
  return `${device.name} is up, build v1 at first.
  ssh -F ${device.sshConfig} ${device.host}
  npm run lab -- ssh ${device.name}
  npm run lab -- console ${device.name}
`;
}

function say(text: string, status = 0): number {
  process.stdout.write(text);
  return status;
}

main(process.argv.slice(2)).then(
  (status) => (process.exitCode = status),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
