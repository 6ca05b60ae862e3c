/** A device in maintenance, whose medium is filled from outside, and whose medium and link can be made slow. */
import { execa } from 'execa';
import { open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Levitate } from '../../e2e/levitate.js';
import { askMachine, qmpArgs, runSsh, type DeviceName, type Proxy } from '../../lab/index.js';

/** How slow a row wants medium and link: bytes a second; one that is absent is as fast as it goes. */
export interface Limits {
  medium?: number;
  link?: number;
}

export class Bed {
  private constructor(
    readonly levitate: Levitate,
    private readonly monitor: string,
    private readonly slow: { proxy: Proxy; sshConfig: string },
  ) {}

  /** Restores a device and takes it into maintenance. */
  static async with(name: DeviceName): Promise<Bed> {
    // A socket's path is short.
    const monitor = join(tmpdir(), `levitate-bench-${process.pid}-${name}`);
    const levitate = await Levitate.at(name, undefined, qmpArgs(monitor));
    try {
      await levitate.enter(await levitate.profile());
      return new Bed(levitate, monitor, await levitate.link());
    } catch (error) {
      await levitate.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.levitate.close();
    await rm(this.monitor, { force: true });
  }

  /** The ssh_config that leads to the device, by a link of its own where that is slow. */
  sshConfig({ link }: Limits): string {
    return link === undefined ? this.levitate.device.sshConfig : this.slow.sshConfig;
  }

  /** Makes medium and link as slow as a row wants them. */
  async limit({ medium = 0, link }: Limits): Promise<void> {
    this.slow.proxy.throttle(link);
    await this.remember(link === undefined ? this.levitate.device.port : this.slow.proxy.port);
    await askMachine(this.monitor, 'block_set_io_throttle', {
      ...{ device: 'disk', bps: 0, bps_rd: medium, bps_wr: medium },
      ...{ iops: 0, iops_rd: 0, iops_wr: 0 },
    });
  }

  /** Has the entry say that maintenance is behind a port: that is where levitate goes, whatever ssh_config says now. */
  private async remember(port: number): Promise<void> {
    const { stateHome, host } = this.levitate;
    const file = join(stateHome, 'levitate/sessions', `${host}.json`);
    const session = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...session, port }), { mode: 0o600 });
  }

  /** Gives the disk of the device another size in bytes. */
  async resize(size: number): Promise<void> {
    await askMachine(this.monitor, 'block_resize', { device: 'disk', size });
  }

  /** Puts bytes onto the beginning of the disk, from outside: for the device it has always been so. */
  async fill(content: Buffer): Promise<void> {
    const { device } = this.levitate;
    const disk = await open(device.diskPath, 'r+');
    try {
      await disk.write(content, 0, content.length, 0);
    } finally {
      await disk.close();
    }
    await device.sh('blockdev --flushbufs /dev/vda; echo 3 >/proc/sys/vm/drop_caches');
  }

  /** Fails unless the disk begins with this content: a rival that is fast because it is wrong is none. */
  async expect(content: Buffer): Promise<void> {
    const found = await this.levitate.device.readDisk(0, content.length);
    if (!found.equals(content)) throw new Error('bench: the disk does not hold what was written');
  }

  /** Runs a shell command here, with the device at hand as `on COMMAND`; gives its seconds. */
  async shell(command: string, limits: Limits, files: string[]): Promise<number> {
    const script = `on() { ssh -F "$0" -o BatchMode=yes ${this.levitate.host} "$1"; }\n${command}`;
    const started = performance.now();
    await execa('bash', ['-euo', 'pipefail', '-c', script, this.sshConfig(limits), ...files]);
    return (performance.now() - started) / 1000;
  }

  /** Runs a command on the device and gives what it prints. */
  async sh(command: string): Promise<string> {
    const { stdout } = await runSsh(this.sshConfig({}), this.levitate.host, command);
    return stdout.trim();
  }
}

export const sizeOf = async (path: string): Promise<number> => (await stat(path)).size;
