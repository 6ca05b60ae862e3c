/** One trial: a device is flashed, a fault strikes at some stage of that, and what the stage promises is checked. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chunkBytes, chunkSize } from '../../src/image/image.js';
import { startCommand, type Command } from '../e2e/command.js';
import { began, wrote, type Ended, type Line } from '../e2e/lines.js';
import type { Random } from '../fuzz/random.js';
import { makeContent, type Content, type Target } from './content.js';
import { Device } from './device.js';
import type { DiskOptions } from './medium.js';
import type { Roots } from './roots.js';

/** Where a fault strikes. */
export const stages = ['prepare', 'compare', 'write', 'read-back', 'leave', 'confirm'] as const;
export type Stage = (typeof stages)[number];

/** A bound in seconds on what one command may take, with all that it waits for. */
const patience = 240;

/** A promise that was not kept. */
export class Broken extends Error {}

/** Fails a trial unless a promise was kept. */
export function promise(kept: boolean, otherwise: string): asserts kept {
  if (!kept) throw new Broken(otherwise);
}

/** A device that is being flashed, and what a fault and its checks need of it. */
export class Trial {
  /** The command on which the fault strikes. */
  command!: Command;
  /** Variables that the commands of a host are given, because the fault strikes by way of them. */
  environment: Record<string, string> = {};
  #commands: Command[] = [];

  private constructor(
    readonly device: Device,
    readonly random: Random,
    readonly target: Target,
    readonly content: Content,
    readonly stage: Stage,
  ) {}

  static async begin(
    roots: Roots,
    random: Random,
    target: Target,
    stage: Stage,
    medium: DiskOptions,
  ): Promise<Trial> {
    const content = makeContent(random, target);
    const folder = await mkdtemp(join(roots.folder, 'trial-'));
    const device = await Device.entered(folder, roots, content, random.word(), medium);
    const trial = new Trial(device, random, target, content, stage);
    await trial.restoreImage();
    await writeFile(join(folder, 'old-image'), content.oldImage);
    return trial;
  }

  /** The file of the new image. */
  get image(): string {
    return join(this.device.folder, 'image');
  }

  /** Makes the file of the new image what it was. */
  restoreImage(): Promise<void> {
    return writeFile(this.image, this.content.image);
  }

  /** Starts the flash of an image. */
  flash(who = 'ann', image = this.image, way: string[] = []): Command {
    return this.start(['flash'], [`${this.target}=raw:${image}`, '--yes', ...way], who);
  }

  leave(who = 'ann'): Command {
    return this.start(['leave'], [], who);
  }

  /** Starts a command about the device. */
  start(command: string[], words: string[] = [], who = 'ann'): Command {
    const { sshConfig, host } = this.device;
    const started = startCommand(
      [...command, '-F', sshConfig, host, ...words],
      this.device.stateOf(who),
      this.environment,
    );
    this.#commands.push(started);
    return started;
  }

  /** Waits for the end of a command, which must come. */
  async ended(command: Command): Promise<Ended> {
    const over = new AbortController();
    const late = sleep(patience * 1000, undefined, { signal: over.signal }).catch(() => undefined);
    const ended = await Promise.race([command.ended, late]);
    over.abort();
    promise(
      ended !== undefined,
      `levitate has not ended after ${patience} s; its last line: ${JSON.stringify(command.lines.at(-1))}`,
    );
    promise(ended.exit !== 1, `levitate fails by a bug of its own: ${told(ended)}`);
    return ended;
  }

  /**
   * Starts what the fault is to strike on, and waits until its stage has come, and a while longer.
   * @returns whether the command still ran then
   */
  async reach(): Promise<boolean> {
    const { random, stage, device } = this;
    const way = random.pick([[], [], ['--full'], ['--delta']]);
    const beforeLeave = stage !== 'leave' && stage !== 'confirm';
    if (beforeLeave) {
      device.proxy.throttle(random.pick([1, 2, 4]) * chunkSize);
      this.command = this.flash('ann', this.image, way);
    } else {
      const { exit, last } = await this.ended(this.flash());
      promise(exit === 0, `the flash before it fails: ${JSON.stringify(last)}`);
      this.command = this.leave();
    }
    const moment: Record<Stage, ((line: Line) => boolean) | undefined> = {
      prepare: undefined,
      compare: began('compare'),
      write: random.once(3) ? began('write') : wrote(random.below(this.content.image.length)),
      'read-back': began('verify'),
      leave: random.once(2) ? undefined : began('leave'),
      confirm: began('confirm'),
    };
    const awaited = moment[stage];
    const most = {
      prepare: 1500,
      compare: 600,
      write: 700,
      'read-back': 400,
      leave: 1500,
      confirm: 2500,
    };
    try {
      if (awaited) await this.command.until(awaited);
    } catch {
      return false;
    }
    await sleep(random.below(most[stage]));
    const over = await Promise.race([this.command.ended, Promise.resolve(undefined)]);
    return over === undefined;
  }

  /** Bytes that the device has acknowledged, as levitate has told. */
  acknowledged(): number {
    const told = this.command.lines.filter(
      ({ type, phase }) => type === 'bytes' && phase === 'write',
    );
    return Number(told.at(-1)?.['done'] ?? 0);
  }

  /** Bytes of the image that are on the disk. */
  async present(): Promise<number> {
    const { chunks } = await this.device.build();
    return chunks.reduce(
      (sum, is, index) => sum + (is ? chunkBytes(this.content.image.length, index) : 0),
      0,
    );
  }

  /** Ends what still runs, and takes everything away. */
  async end(): Promise<void> {
    for (const command of this.#commands) command.signal('SIGKILL');
    await Promise.all(this.#commands.map(({ ended }) => ended));
    await this.device.remove();
  }

  /** What the flasher's journal and the programs on the device say, for who looks for a bug. */
  async journal(): Promise<string> {
    return this.device.run('flasher journal; cat /run/levitate/spool/log').catch(() => '');
  }
}

/** How a command ended, in one line. */
export const told = ({ exit, last }: Ended): string =>
  `status ${exit}, ${String(last.code ?? last.type)}: ${String(last.message ?? '')}`;
