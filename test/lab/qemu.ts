/** One QEMU process: started, watched, frozen, killed by its own pid. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { accelArgs, accelerator } from './accel.js';
import { boardOf } from './boards.js';
import type { DeviceName } from './artifacts.js';
import { processIdentity } from './cache.js';
import type { Namespace } from './namespace.js';

export interface QemuOptions {
  /** Where pid, logs and the console log go. */
  dir: string;
  /** The device, for the board that it sits on; a PC unless told. */
  name?: DeviceName;
  memoryMiB: number;
  /** Port on 127.0.0.1 that leads to the guest's port 22. */
  sshPort: number;
  /** The disk, for a firmware that reads it. */
  disk?: string;
  /** A network card other than the board's, and what its network has besides. */
  network?: { device: string; netdev: string } | { device: string; namespace: Namespace };
  /** Everything particular: disks, kernel, whatever a test adds. */
  args: string[];
  /** Outlives the process that starts it. Otherwise it dies with it, however that ends. */
  detached: boolean;
}

/** QEMU's program and arguments: a serial console appended to `console.log`, a network card, and what is particular. */
export async function qemuCommand(options: QemuOptions): Promise<string[]> {
  const board = boardOf(options.name);
  const firmware = board.firmware ? ['sh', board.firmware, options.dir, options.disk ?? ''] : [];
  const { device = board.network } = options.network ?? {};
  const inside =
    options.network && 'namespace' in options.network ? options.network.namespace : undefined;
  return [
    ...(inside?.enter ?? []),
    ...firmware,
    ...[board.qemu, '-name', 'levitate-lab', '-nodefaults', '-display', 'none'],
    ...(board.emulated ? [] : accelArgs(await accelerator())),
    ...[...board.machine, '-m', String(options.memoryMiB), '-rtc', 'base=utc'],
    ...[
      '-chardev',
      `file,id=console,path=${join(options.dir, 'console.log')},append=on`,
      '-serial',
      'chardev:console',
    ],
    ...[
      '-netdev',
      inside ? `tap,id=net,ifname=${inside.card},script=no,downscript=no` : userNetwork(options),
    ],
    ...['-device', device, '-device', board.random],
    ...options.args,
  ];
}

/** QEMU's own network, in which a port of this machine leads to the guest's port 22. */
function userNetwork({ network, sshPort }: QemuOptions): string {
  const more = network && 'netdev' in network ? [network.netdev] : [];
  return ['user,id=net', `hostfwd=tcp:127.0.0.1:${sshPort}-:22`, ...more].join(',');
}

/** Starts QEMU. */
export async function startQemu(options: QemuOptions): Promise<void> {
  const { dir } = options;
  const command = await qemuCommand(options);
  const die = ['setpriv', '--pdeathsig', 'KILL', '--'];
  const [file = '', ...args] = options.detached ? command : [...die, ...command];
  await writeFile(join(dir, 'qemu.cmd'), `${[file, ...args].map((arg) => `'${arg}'`).join(' ')}\n`);
  const log = openSync(join(dir, 'qemu.log'), 'w');
  const child = spawn(file, args, { stdio: ['ignore', log, log], detached: options.detached });
  closeSync(log);
  child.unref();
  const failed = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code) => resolve(`exit status ${code}`));
  });
  const early = await Promise.race([failed, sleep(300).then(() => undefined)]);
  if (early !== undefined || child.pid === undefined) {
    const said = await readFile(join(dir, 'qemu.log'), 'utf8').catch(() => '');
    throw new Error(`lab: QEMU did not start: ${early ?? ''} ${said.trim()}`);
  }
  await writeFile(join(dir, 'qemu.pid'), await processIdentity(child.pid));
}

/** The pid of the QEMU that runs in `dir`, if it does: a pid reused by something else is not it. */
export async function qemuPid(dir: string): Promise<number | undefined> {
  const noted = await readFile(join(dir, 'qemu.pid'), 'utf8').catch(() => undefined);
  if (noted === undefined) return undefined;
  const pid = Number(noted.split(' ')[0]);
  if ((await processIdentity(pid)) !== noted) return undefined;
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return / [ZX] /.test(state.slice(state.lastIndexOf(')'))) ? undefined : pid;
}

/** Kills it as a power cut would and waits until it is gone. */
export async function killQemu(dir: string): Promise<void> {
  const pid = await qemuPid(dir);
  if (pid !== undefined) {
    process.kill(pid, 'SIGKILL');
    while ((await qemuPid(dir)) !== undefined) await sleep(10);
  }
  await rm(join(dir, 'qemu.pid'), { force: true });
}
