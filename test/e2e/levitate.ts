import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';
import { connectRunning } from '../../src/device/connect.js';
import type { Facts } from '../../src/device/facts.js';
import { gatherFacts } from '../../src/device/gather-facts.js';
import type { Transport } from '../../src/ssh/transport.js';
import { bootDevice, restoreDevice, startProxy } from '../lab/index.js';
import type { BootOptions, DeviceName, LabDevice, Proxy } from '../lab/index.js';
import { writeSshConfig } from '../lab/ssh.js';
import { startCommand, type Command } from './command.js';
import type { Ended, Line } from './lines.js';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

/** The command line on a computer of its own, and the one device that it works on. */
export class Levitate {
  /** Keys of the profile that are set for all commands, as dotted paths; one without a value is taken out. */
  readonly settings: Record<string, unknown> = {};
  readonly #undo: (() => Promise<unknown>)[] = [];
  #folders = 0;

  private constructor(
    readonly device: LabDevice,
    readonly dir: string,
  ) {}

  /**
   * A device that has been running for a while; with hardware other than usual, one that has just booted.
   * @param extraQemuArgs what QEMU is told besides, of which the device notices nothing
   */
  static async at(
    name: DeviceName,
    hardware?: BootOptions,
    extraQemuArgs: string[] = [],
  ): Promise<Levitate> {
    const dir = await mkdtemp(join(tmpdir(), 'levitate-e2e-'));
    const place = {
      dir: join(dir, 'device'),
      extraQemuArgs: [...(hardware?.extraQemuArgs ?? []), ...extraQemuArgs],
    };
    try {
      const device = hardware
        ? await bootDevice(name, { ...hardware, ...place })
        : await restoreDevice(name, place);
      return new Levitate(device, dir);
    } catch (error) {
      await rm(dir, { recursive: true, force: true });
      throw error;
    }
  }

  get host(): string {
    return this.device.host;
  }

  /** What is done when it is closed. */
  lastly(step: () => Promise<unknown>): void {
    this.#undo.push(step);
  }

  /** Where its commands keep what they remember. */
  get stateHome(): string {
    return join(this.dir, 'state');
  }

  async close(): Promise<void> {
    for (const step of this.#undo.splice(0).reverse()) await step();
    await this.device.stop();
    await rm(this.dir, { recursive: true, force: true });
  }

  /** A folder that nobody else has; it goes with the device. */
  async folder(): Promise<string> {
    const folder = join(this.dir, `folder-${(this.#folders += 1)}`);
    await mkdir(folder);
    return folder;
  }

  /** The device's own profile, or another one, which waits long for a new system, with some keys set, given as dotted paths. */
  async profile(
    changes: Record<string, unknown> = {},
    name: DeviceName = this.device.name,
  ): Promise<string> {
    const text = await readFile(join(checkout, `${profileOf(name)}.yaml`), 'utf8');
    const document = parseDocument(text);
    // A loaded machine boots a device in minutes.
    document.setIn(['confirm', 'timeout'], '15m');
    for (const [key, value] of Object.entries({ ...this.settings, ...changes }))
      if (value === undefined) document.deleteIn(key.split('.'));
      else document.setIn(key.split('.'), value);
    const path = join(await this.folder(), 'profile.yaml');
    await writeFile(path, document.toString());
    return path;
  }

  /** A link to the device that can be cut, and the ssh_config that leads over it. */
  async link(): Promise<{ proxy: Proxy; sshConfig: string }> {
    const proxy = await startProxy(this.device.port);
    this.#undo.push(() => proxy.close());
    return { proxy, sshConfig: await writeSshConfig(await this.folder(), this.host, proxy.port) };
  }

  /** Starts `levitate WORDS`, which has to name the device if it needs one. */
  local(words: string[]): Command {
    return startCommand(words, this.stateHome);
  }

  /** Starts a command that talks to the device; nobody is asked whether to overwrite. */
  start(command: string, words: string[] = [], sshConfig = this.device.sshConfig): Command {
    const yes = ['deploy', 'flash', 'migrate'].includes(command) ? ['--yes'] : [];
    return this.local([command, '-F', sshConfig, this.host, ...words, ...yes]);
  }

  /** Runs a command that talks to the device, to its end. */
  run(command: string, words: string[] = [], sshConfig?: string): Promise<Ended> {
    return this.start(command, words, sshConfig).ended;
  }

  /** From now on the commands come as from another computer, which has never entered this device. */
  async forget(): Promise<void> {
    await rm(this.stateHome, { recursive: true });
  }

  /** Where the device is, as `levitate status` says. */
  async status(): Promise<Line> {
    return (await this.run('status')).last;
  }

  /** Takes the device into maintenance, and fails if that fails; gives what was told. */
  async enter(profile: string, sshConfig?: string): Promise<Line[]> {
    const { exit, last, lines } = await this.run('enter', [profile], sshConfig);
    if (exit !== 0) throw new Error(`enter failed: ${JSON.stringify(last)}`);
    return lines;
  }

  /** Does something over a connection to whatever system runs. */
  async over<T>(work: (transport: Transport) => Promise<T>): Promise<T> {
    const transport = await connectRunning({ host: this.host, sshConfig: this.device.sshConfig });
    try {
      return await work(transport);
    } finally {
      await transport.close();
    }
  }

  facts(): Promise<Facts> {
    return this.over((transport) => gatherFacts(transport));
  }
}

function profileOf(name: DeviceName): string {
  if (name.startsWith('init-')) return 'test/lab/recipes/inits/profile';
  if (name === 'uboot-file') return 'test/lab/recipes/sbc-uboot/profile';
  const others: Partial<Record<DeviceName, string>> = {
    'stack-systemd': 'sbc-systemd',
    'uboot-env': 'sbc-uboot',
  };
  return `profiles/${others[name] ?? name}`;
}
