/** A block device of this machine: a loop device on a file that device/disk.c serves, as a disk that can fail. */
import { execa } from 'execa';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What is wrong with a disk. */
export interface Defect {
  /**
   * Where it shows: a sector cannot be read, or not be written, or its write fails when the cache is flushed, or it silently keeps
   * what it has.
   */
  on: 'read' | 'write' | 'flush' | 'drop';
  /** The sector, of 512 bytes. */
  sector: number;
  /** Whether it fails only once. */
  once: boolean;
}

/** How a disk is made. */
export interface DiskOptions {
  /** Bytes a second that it reads and writes at most; without it, as fast as it goes. */
  rate?: number | undefined;
  defect?: Defect | undefined;
}

export class Medium {
  private constructor(
    /** What the disk has kept: it outlives a power cut. */
    readonly file: string,
    /** Number of the loop device. */
    readonly loop: number,
    private readonly served: string,
    private readonly disk: ChildProcess,
  ) {}

  /**
   * @param program the compiled disk.c
   * @param folder for its files, in RAM
   * @param seed tells which writes a power cut loses
   */
  static async on(
    program: string,
    folder: string,
    seed: number,
    { rate = 0, defect }: DiskOptions = {},
  ): Promise<Medium> {
    const file = join(folder, 'disk');
    const served = join(folder, 'served');
    await writeFile(served, '');
    const bad = defect ? [defect.on, String(defect.sector), ...(defect.once ? ['once'] : [])] : [];
    const words = [program, file, served, String(rate), String(seed), ...bad];
    const disk = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...words], { stdio: 'inherit' });
    const { size } = await stat(file);
    while ((await stat(served)).size !== size) {
      if (disk.exitCode !== null) throw new Error(`the disk ends with ${disk.exitCode}`);
      await sleep(5);
    }
    const { stdout } = await execa('losetup', ['--find', '--show', '--direct-io=on', served]);
    return new Medium(file, Number(stdout.replace('/dev/loop', '')), served, disk);
  }

  /** From now on nothing reaches the disk, nothing comes from it, and what it had only in its cache is gone. */
  async cut(): Promise<void> {
    this.disk.kill('SIGKILL');
    if (this.disk.exitCode === null && this.disk.signalCode === null) await once(this.disk, 'exit');
  }

  /** Takes the device away, which nobody may use any more; the file stays. */
  async remove(): Promise<void> {
    await execa('losetup', ['--detach', `/dev/loop${this.loop}`], { reject: false });
    await execa('umount', ['--lazy', this.served], { reject: false });
    // It writes its cache out when it is unmounted.
    const end = performance.now() + 2000;
    while (this.disk.exitCode === null && this.disk.signalCode === null && performance.now() < end)
      await sleep(5);
    await this.cut();
  }

  /** What is on the disk, at one moment: it stands still while it is read. */
  async read(): Promise<Buffer> {
    this.disk.kill('SIGSTOP');
    try {
      while (!(await this.#isStill())) await sleep(1);
      return await readFile(this.file);
    } finally {
      this.disk.kill('SIGCONT');
    }
  }

  async #isStill(): Promise<boolean> {
    const about = await readFile(`/proc/${this.disk.pid}/stat`, 'utf8').catch(() => '');
    return ['T', 'Z', ''].includes(about.split(') ')[1]?.[0] ?? '');
  }
}
