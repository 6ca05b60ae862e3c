/** A device of the lab, as a test holds it. */
import { mkdir, mkdtemp, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceName, Version } from './artifacts.js';
import { sha256OfFile } from './cache.js';
import { consoleText, waitForText } from './console.js';
import { copyDisk, deviceDisk, hardwareArgs, memoryOf, type HardwareOptions } from './hardware.js';
import { freePort } from '../free-port.js';
import { killQemu, qemuPid, startQemu } from './qemu.js';
import { runSsh, waitForBanner, writeSshConfig, type SshResult } from './ssh.js';

export interface PlaceOptions {
  /** Where the disk and the logs go; without it a temporary folder that `stop` removes. */
  dir?: string;
  /** Keep running when this process ends. */
  detached?: boolean;
  extraQemuArgs?: string[];
}

export interface BootOptions extends HardwareOptions, PlaceOptions {
  /** The build that the disk holds at first; `v1` unless told. */
  version?: Version;
  /** A disk file to run on as it is, instead of a copy of `version`'s. */
  disk?: string;
  /** Wait until SSH answers; yes unless told. */
  wait?: boolean;
}

/** What a device's folder remembers of it, so that another process can take it up. */
interface State {
  name: DeviceName;
  port: number;
  disk: string;
  options: BootOptions;
}

/** Boots a device on a copy of its disk and, unless told otherwise, waits until SSH answers. */
export async function bootDevice(name: DeviceName, options: BootOptions = {}): Promise<LabDevice> {
  const device = await placeDevice(name, options, await deviceDisk(name, options.version ?? 'v1'));
  try {
    await device.start({ wait: options.wait ?? true });
  } catch (error) {
    await device.stop();
    throw error;
  }
  return device;
}

/** Makes a device's folder, with a copy of `disk` unless the options name a disk to run on; the device is off. */
export async function placeDevice(
  name: DeviceName,
  options: BootOptions,
  disk: string,
): Promise<LabDevice> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'levitate-lab-')));
  await mkdir(dir, { recursive: true });
  const own = options.disk ?? join(dir, 'disk.img');
  if (options.disk === undefined) {
    await copyDisk(disk, own);
    const spare = (options.spareMiB ?? 0) * 1024 * 1024;
    if (spare > 0) await truncate(own, (await stat(own)).size + spare);
  }
  const state: State = { name, port: await freePort(), disk: own, options };
  await writeFile(join(dir, 'state.json'), JSON.stringify(state));
  return LabDevice.in(dir);
}

export class LabDevice {
  readonly name: DeviceName;
  /** The device's alias in `sshConfig`. */
  readonly host: string;
  readonly port: number;
  readonly consolePath: string;
  readonly diskPath: string;

  private constructor(
    readonly dir: string,
    private readonly state: State,
    /** An OpenSSH config with the alias, the key and the right host keys. */
    readonly sshConfig: string,
  ) {
    this.name = state.name;
    this.host = state.name;
    this.port = state.port;
    this.consolePath = join(dir, 'console.log');
    this.diskPath = state.disk;
  }

  /** The device that lives in a folder. */
  static async in(dir: string): Promise<LabDevice> {
    const state = JSON.parse(await readFile(join(dir, 'state.json'), 'utf8')) as State;
    const config = await writeSshConfig(dir, state.name, state.port);
    return new LabDevice(dir, state, config);
  }

  /** Power on, from the disk as it is; or, with the file of a saved state, go on from there. */
  async start(options: { wait?: boolean; state?: string } = {}): Promise<void> {
    if (await this.running()) return;
    const { name, disk, options: made } = this.state;
    const { state } = options;
    await startQemu({
      dir: this.dir,
      name,
      memoryMiB: memoryOf(name, made),
      sshPort: this.port,
      disk,
      args: [
        ...(await hardwareArgs(name, disk, made)),
        ...(made.extraQemuArgs ?? []),
        ...(state === undefined ? [] : ['-incoming', `exec:zstd -qdc '${state}'`]),
      ],
      detached: made.detached ?? false,
    });
    if (options.wait ?? true) await this.waitForSsh();
  }

  /** Power off, hard. */
  async cut(): Promise<void> {
    await killQemu(this.dir);
  }

  /** Power off and, if the folder was made for this device alone, remove everything of it. */
  async stop(): Promise<void> {
    await killQemu(this.dir);
    if (this.state.options.dir === undefined) await rm(this.dir, { recursive: true, force: true });
  }

  async running(): Promise<boolean> {
    return (await qemuPid(this.dir)) !== undefined;
  }

  /** The device stops dead where it is and answers nothing: seen from outside, it has vanished. */
  async freeze(): Promise<void> {
    await this.signal('SIGSTOP');
  }

  async thaw(): Promise<void> {
    await this.signal('SIGCONT');
  }

  /** Runs a shell command on the device as root over the OpenSSH client. */
  async ssh(
    command: string,
    options: { input?: string | Buffer; timeoutMs?: number } = {},
  ): Promise<SshResult> {
    return runSsh(this.sshConfig, this.host, command, options);
  }

  /** Like `ssh`, but fails unless the command ended well; answers its stdout, trimmed. */
  async sh(
    command: string,
    options: { input?: string | Buffer; timeoutMs?: number } = {},
  ): Promise<string> {
    const result = await this.ssh(command, options);
    if (result.exitCode !== 0) {
      throw new Error(
        `lab: ${this.name}: ${command}: exit ${result.exitCode}: ${result.stderr.slice(-1000)}`,
      );
    }
    return result.stdout.trim();
  }

  /** Waits until a command gets through; with `notBootId`, until the device has booted anew. */
  async waitForSsh(options: { timeoutMs?: number; notBootId?: string } = {}): Promise<void> {
    const end = Date.now() + (options.timeoutMs ?? 600_000);
    let last = '';
    while (Date.now() < end) {
      if (!(await this.running())) throw new Error(`lab: ${this.name} is not running`);
      try {
        await waitForBanner(this.port, end - Date.now());
      } catch (error) {
        throw new Error(`${String(error)}\n${(await this.console()).slice(-1500)}`, {
          cause: error,
        });
      }
      const answer = await this.ssh('cat /proc/sys/kernel/random/boot_id', { timeoutMs: 20_000 });
      if (answer.exitCode === 0 && answer.stdout.trim() !== options.notBootId) return;
      last = answer.stderr;
    }
    throw new Error(`lab: ${this.name} does not let us in: ${last}`);
  }

  /** The running kernel's boot id. */
  async bootId(): Promise<string> {
    return this.sh('cat /proc/sys/kernel/random/boot_id');
  }

  /** Everything that the serial console has said since the device was made. */
  async console(): Promise<string> {
    return consoleText(this.consolePath);
  }

  /** What QEMU itself has complained of. */
  async qemuLog(): Promise<string> {
    return readFile(join(this.dir, 'qemu.log'), 'utf8').catch(() => '');
  }

  async waitForConsole(
    pattern: RegExp,
    options: { timeoutMs?: number; from?: number } = {},
  ): Promise<RegExpExecArray> {
    return waitForText(this.consolePath, pattern, options);
  }

  /** What the flash holds, seen from outside the device. */
  async readDisk(offset = 0, length?: number): Promise<Buffer> {
    const file = await open(this.diskPath, 'r');
    try {
      const size = length ?? (await stat(this.diskPath)).size - offset;
      const buffer = Buffer.alloc(size);
      const { bytesRead } = await file.read(buffer, 0, size, offset);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  /** SHA-256 of the whole flash. */
  async diskDigest(): Promise<string> {
    return sha256OfFile(this.diskPath);
  }

  private async signal(signal: NodeJS.Signals): Promise<void> {
    const pid = await qemuPid(this.dir);
    if (pid === undefined) throw new Error(`lab: ${this.name} is not running`);
    process.kill(pid, signal);
  }
}
