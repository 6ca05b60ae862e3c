/**
 * A device without a machine of its own: the maintenance root with its own init, sshd, dead-man timer, flasher and helper, in
 * namespaces, on a disk whose power can be cut. What it boots is told by what is on the disk.
 */
import { execa } from 'execa';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { sessionVersion, type Session } from '../../src/protocol/session-file.js';
import { labKeys, startProxy, type Proxy } from '../lab/index.js';
import { freePort } from '../free-port.js';
import { waitForBanner, writeSshConfig } from '../lab/ssh.js';
import { contentOf, type Build, type Content } from './content.js';
import { Medium, type DiskOptions } from './medium.js';
import type { Roots } from './roots.js';

/** Where the kernel has the groups of processes whose memory is bounded. */
export const memoryGroups = '/sys/fs/cgroup/memory';
/** RAM of a device in bytes; its root takes 10 MiB of it. */
const memory = 64 * 1024 * 1024;
const powerOn = resolve(import.meta.dirname, 'device/power-on.sh');

export class Device {
  /** As levitate is told. */
  readonly host = 'device';
  /** Which system runs: `off` also where nothing on the disk starts. */
  system: 'maintenance' | Build | 'off' = 'off';
  /** The disk; its file outlives it. */
  medium!: Medium;
  #running: ChildProcess | undefined;
  #disks = 0;
  #bad: number[];
  #session: Session | undefined;
  #booting: Promise<void> = Promise.resolve();

  private constructor(
    /** A folder in RAM, for its disk and what goes with it. */
    readonly folder: string,
    private readonly roots: Roots,
    private readonly port: number,
    /** The link to it. */
    readonly proxy: Proxy,
    readonly sshConfig: string,
    readonly content: Content,
    private readonly seed: number,
  ) {
    this.#bad = content.bad;
  }

  /** A device in maintenance, with the old build on its disk. */
  static async entered(
    folder: string,
    roots: Roots,
    content: Content,
    seed: number,
    options: DiskOptions,
  ): Promise<Device> {
    const port = await freePort();
    const proxy = await startProxy(port);
    await mkdir(join(folder, 'place'), { recursive: true });
    await mkdir(join(memoryGroups, groupOf(folder)));
    await writeFile(join(memoryGroups, groupOf(folder), 'memory.limit_in_bytes'), String(memory));
    await writeFile(join(folder, 'disk'), content.disk);
    const sshConfig = await writeSshConfig(folder, 'device', proxy.port);
    const device = new Device(folder, roots, port, proxy, sshConfig, content, seed);
    await device.#insert(options);
    await device.enter();
    return device;
  }

  /** Where the levitate of one of several hosts keeps its entries. */
  stateOf(who: string): string {
    return join(this.folder, who);
  }

  /** Takes the device into maintenance, as `levitate enter` does, whatever runs. */
  async enter(): Promise<void> {
    await this.#end();
    const { hostPublicKeys } = await labKeys();
    const bootId = randomUUID();
    this.#session = {
      ...{ host: this.host, hostname: '127.0.0.1', port: this.proxy.port, user: 'root' },
      ...{ sshConfig: this.sshConfig, proxied: false, entryId: bootId, bootId },
      ...{ privateKey: this.roots.entryKey.privateKey, hostKeys: hostPublicKeys },
    };
    for (const who of ['ann', 'bob']) await this.#remember(who);
    await this.#start('maintenance', bootId);
  }

  /** Keeps the entry as if this host had made it. */
  async #remember(who: string): Promise<void> {
    const folder = join(this.stateOf(who), 'levitate/sessions');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const text = JSON.stringify({ version: sessionVersion, ...this.#session! });
    await writeFile(join(folder, `${this.host}.json`), text, { mode: 0o600 });
  }

  /** Cuts the power: what the disk has not taken is gone. */
  async cut(): Promise<void> {
    await this.#badNow();
    await this.medium.cut();
    await this.#end();
    await this.medium.remove();
  }

  /** Switches it on, with a disk that is as it was left; it boots what is there. */
  async switchOn(options: DiskOptions = {}): Promise<void> {
    await this.#insert(options);
    await this.#boot();
  }

  /** Waits until a reboot has come to its end, if there is one. */
  async settled(): Promise<void> {
    await this.#booting;
  }

  /** The processes of the system that runs, by their arguments, and their ids as this machine has them. */
  async processes(): Promise<{ pid: number; command: string }[]> {
    const pids = await readFile(join(memoryGroups, groupOf(this.folder), 'cgroup.procs'), 'utf8');
    const found = pids
      .split('\n')
      .filter((pid) => pid !== '')
      .map(async (pid) => ({
        pid: Number(pid),
        command: await readFile(`/proc/${pid}/cmdline`, 'utf8').then(
          (text) => text.replaceAll('\0', ' ').trim(),
          () => '',
        ),
      }));
    return (await Promise.all(found)).filter(({ command }) => command !== '');
  }

  /** Runs a shell command in the system that runs, and does not say how it ended. */
  async run(command: string): Promise<string> {
    const init = await this.#init();
    if (init === undefined) return '';
    const group = join(memoryGroups, groupOf(this.folder), 'cgroup.procs');
    const { stdout } = await execa(
      'sh',
      [
        ...['-c', 'echo $$ >"$1" && exec nsenter -t "$2" -m -p -r -w /usr/bin/busybox sh -c "$3"'],
        ...['sh', group, String(init), `PATH=/usr/sbin:/usr/bin; ${command}`],
      ],
      { reject: false, stdin: 'ignore', timeout: 30_000 },
    );
    return stdout;
  }

  /** What the flasher has noted of the target: nothing, touched or verified. */
  async note(): Promise<string> {
    return (await this.run('cat /run/levitate/targets/* 2>/dev/null')).trim();
  }

  /** Which build is on the disk. */
  async build(): Promise<ReturnType<typeof contentOf>> {
    const found = await this.medium.read();
    return contentOf(this.content, found, await this.#badNow());
  }

  async remove(): Promise<void> {
    await this.#end();
    // Nobody looks at what it has in its cache.
    await this.medium.cut();
    await this.medium.remove();
    await this.proxy.close();
    await rmdir(join(memoryGroups, groupOf(this.folder))).catch(() => undefined);
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The eraseblocks that are marked as bad: a chip keeps the marks, and so does this. */
  async #badNow(): Promise<number[]> {
    const init = this.system === 'maintenance' ? await this.#init() : undefined;
    const marks = await readFile(`/proc/${init}/root/bad`, 'utf8').catch(() => undefined);
    this.#bad = marks?.match(/\d+/g)?.map(Number) ?? this.#bad;
    return this.#bad;
  }

  /** PID 1 of the system that runs, as this machine has it. */
  async #init(): Promise<number | undefined> {
    const isInit = ({ command }: { command: string }) => /^\/sbin\/init|^init/.test(command);
    return (await this.processes()).find(isInit)?.pid;
  }

  async #insert(options: DiskOptions): Promise<void> {
    this.#disks += 1;
    this.medium = await Medium.on(this.roots.disk, this.folder, this.seed + this.#disks, options);
  }

  /** Boots what is on the disk, if anything. */
  async #boot(): Promise<void> {
    const { kind } = await this.build();
    if (kind === 'old' || kind === 'new') await this.#start(kind, randomUUID());
  }

  async #start(system: 'maintenance' | Build, bootId: string): Promise<void> {
    const own = join(this.folder, 'own');
    await this.roots.writeOwn(system, own, { port: this.port, entryId: this.#session!.entryId });
    await writeFile(join(own, 'bad'), this.#bad.map((block) => `${block}\n`).join(''));
    const group = join(memoryGroups, groupOf(this.folder), 'cgroup.procs');
    const apart = ['unshare', '--mount', '--pid', '--fork', '--kill-child'];
    const script = [
      powerOn,
      join(this.folder, 'place'),
      this.roots.base,
      own,
      bootId,
      String(this.medium.loop),
    ];
    const running = spawn(
      'setpriv',
      [
        ...['--pdeathsig', 'KILL', '--', 'sh', '-c', 'echo $$ >"$0" && exec "$@"', group],
        ...[...apart, 'sh', ...script],
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let said = '';
    running.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
    this.#running = running;
    this.system = system;
    const ended = once(running, 'close').then(() => said);
    // One that ends by itself reboots.
    void ended.then(() => {
      if (this.#running !== running) return;
      this.system = 'off';
      this.#running = undefined;
      this.#booting = this.#boot();
    });
    const failed = ended.then((why) => {
      throw new Error(`the device does not start: ${why}`);
    });
    failed.catch(() => undefined);
    await Promise.race([waitForBanner(this.port, 60_000), failed]);
  }

  async #end(): Promise<void> {
    await this.#booting;
    const running = this.#running;
    this.#running = undefined;
    this.system = 'off';
    if (running?.exitCode === null && running.signalCode === null) {
      running.kill('SIGKILL');
      await once(running, 'close');
    }
    while ((await this.processes()).length > 0) await new Promise((go) => setTimeout(go, 5));
  }
}

/** A folder stands in that of all trials, after which the groups are named. */
const groupOf = (folder: string): string => `${basename(dirname(folder))}-${basename(folder)}`;
