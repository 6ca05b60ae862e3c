/** What the end-to-end tests share: a device, a state folder of its own, profiles made for one test, the command line. */
import { execa } from 'execa';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';
import { connectRunning } from '../../src/device/connect.js';
import { gatherFacts, type Facts } from '../../src/device/facts.js';
import type { Transport } from '../../src/ssh/transport.js';
import { bootDevice, startProxy, type LabDevice, type Proxy } from '../lab/index.js';
import type { BootOptions, DeviceName } from '../lab/index.js';
import { writeSshConfig } from '../lab/ssh.js';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

/**
 * A bound in ms on what takes a device so many minutes at most on a machine that does nothing else. A loaded machine gets
 * three times that: what is wrong shows without hurry, and what is slow is not wrong.
 */
export const minutes = (n: number): number => 3 * n * 60_000;

/** A line that the command line printed with --json; fields that a test asks for may be missing. */
export interface Line {
  type: string;
  code?: string;
  message?: string;
  where?: string;
  phase?: string;
  state?: string;
  maintenance?: { touched: boolean; held: string[]; writer: { next: number } | null };
  targets?: { resumed: boolean; sentBytes: number; counters?: { lost: number } }[];
  [key: string]: unknown;
}

export interface Ended {
  exit: number | undefined;
  lines: Line[];
  /** The last one: `result` or `error`. */
  last: Line;
}

/** A command that is running. */
export interface Running {
  lines: Line[];
  /** Waits until a line is as described; fails if the command ends before. */
  until(matches: (line: Line) => boolean): Promise<Line>;
  signal(name: NodeJS.Signals): void;
  ended: Promise<Ended>;
}

/** A device with all that a test needs to work on it. */
export class Bench {
  private readonly undo: (() => Promise<unknown>)[] = [];
  private count = 0;

  private constructor(
    readonly device: LabDevice,
    readonly dir: string,
  ) {}

  static async at(name: DeviceName, options: BootOptions = {}): Promise<Bench> {
    const dir = await mkdtemp(join(tmpdir(), 'levitate-e2e-'));
    try {
      return new Bench(await bootDevice(name, { ...options, dir: join(dir, 'device') }), dir);
    } catch (error) {
      await rm(dir, { recursive: true, force: true });
      throw error;
    }
  }

  get host(): string {
    return this.device.host;
  }

  async close(): Promise<void> {
    for (const step of this.undo.splice(0).reverse()) await step();
    await this.device.stop();
    await rm(this.dir, { recursive: true, force: true });
  }

  /** A folder of this bench that nobody else has. */
  async folder(): Promise<string> {
    const folder = join(this.dir, `folder-${(this.count += 1)}`);
    await mkdir(folder);
    return folder;
  }

  /** The device's own profile with some keys set, given as dotted paths. */
  async profile(changes: Record<string, unknown> = {}): Promise<string> {
    const { name } = this.device;
    const file = name.startsWith('init-') ? 'test/lab/recipes/inits/profile' : `profiles/${name}`;
    const text = await readFile(join(checkout, `${file}.yaml`), 'utf8');
    const document = parseDocument(text);
    for (const [key, value] of Object.entries(changes)) document.setIn(key.split('.'), value);
    const path = join(await this.folder(), 'profile.yaml');
    await writeFile(path, document.toString());
    return path;
  }

  /** A link to the device that can be cut, and the ssh_config that leads over it. */
  async link(): Promise<{ proxy: Proxy; sshConfig: string }> {
    const proxy = await startProxy(this.device.port);
    this.undo.push(() => proxy.close());
    return { proxy, sshConfig: await writeSshConfig(await this.folder(), this.host, proxy.port) };
  }

  /** Starts `levitate WORDS --json`. */
  start(words: string[]): Running {
    const child = execa('node', [join(checkout, 'dist/cli/main.js'), ...words, '--json'], {
      env: { XDG_STATE_HOME: join(this.dir, 'state') },
      stdin: 'ignore',
      reject: false,
    });
    const lines: Line[] = [];
    const read = (async () => {
      for await (const line of child) {
        if (line.startsWith('{')) lines.push(JSON.parse(line) as Line);
      }
    })().catch(() => undefined);
    let over = false;
    const ended = (async (): Promise<Ended> => {
      const result = await child;
      await read;
      over = true;
      const last = lines.at(-1) ?? { type: 'nothing', message: result.stderr };
      return { exit: result.exitCode, lines, last };
    })();
    const until = async (matches: (line: Line) => boolean): Promise<Line> => {
      for (;;) {
        const found = lines.find(matches);
        if (found) return found;
        if (over)
          throw new Error(`levitate ${words.join(' ')} ended: ${JSON.stringify(lines.at(-1))}`);
        await sleep(20);
      }
    };
    return { lines, until, ended, signal: (name) => void child.kill(name) };
  }

  /** Runs a command that talks to the device, to its end. */
  levitate(command: string, words: string[] = [], sshConfig?: string): Promise<Ended> {
    return this.remote(command, words, sshConfig).ended;
  }

  /** Starts a command that talks to the device: the host comes first, for `install` and `deploy` after the profile. */
  remote(command: string, words: string[] = [], sshConfig = this.device.sshConfig): Running {
    return this.start([command, '-F', sshConfig, ...this.ordered(command, words)]);
  }

  /** From now on the commands come as from another machine, which has never entered this device. */
  async forget(): Promise<void> {
    await rm(join(this.dir, 'state'), { recursive: true });
  }

  /** Where the device is, as `levitate status` says. */
  async status(): Promise<Line> {
    return (await this.levitate('status')).last;
  }

  /** Takes the device into maintenance, and fails if that fails. */
  async enter(profile: string, sshConfig?: string): Promise<void> {
    const { exit, last } = await this.levitate('enter', [profile], sshConfig);
    if (exit !== 0) throw new Error(`enter failed: ${JSON.stringify(last)}`);
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

  private ordered(command: string, words: string[]): string[] {
    if (command !== 'install' && command !== 'deploy') return [this.host, ...words];
    const [profile = '', ...rest] = words;
    return [profile, this.host, ...rest];
  }
}

/** Part way through writing: so many bytes have been written. */
export const wrote =
  (bytes: number) =>
  (line: Line): boolean =>
    line.type === 'bytes' && line.phase === 'write' && Number(line['done']) >= bytes;

/** A phase has begun. */
export const began =
  (phase: string) =>
  (line: Line): boolean =>
    line.type === 'phase' && line.phase === phase && line.state === 'start';
