/** A disk that is re-imaged once, with every order that it is given: at each of them the power can be cut afterwards. */
import { cp, mkdtemp, rename, rm, truncate, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Levitate } from '../../e2e/levitate.js';
import { began } from '../../e2e/lines.js';
import { answering, newImage, withRoom } from '../../e2e/rescue.js';
import type { Random } from '../../fuzz/random.js';
import { copySparse, deviceDisk } from '../../lab/hardware.js';
import { cutAfter } from './disk-after.js';
import { readOrders, type DiskOrder } from './write-log.js';

/** A system that a device starts. */
export type System = 'old' | 'rescue' | 'new';

export class Recording {
  private constructor(
    private readonly folder: string,
    private readonly levitate: Levitate,
    /** The words of the deploy that was recorded. */
    private readonly words: string[],
    /** What the disk was told, from its first boot on. */
    readonly orders: DiskOrder[],
  ) {}

  /** Re-images a device with a rescue to the end. */
  static async make(): Promise<Recording> {
    const folder = await mkdtemp(join(tmpdir(), 'levitate-power-cuts-'));
    const base = join(folder, 'base.img');
    await copySparse(await deviceDisk('sbc-systemd', 'v1'), base);
    await truncate(base, (await stat(base)).size + withRoom.spareMiB * 1024 * 1024);
    await copySparse(base, join(folder, 'disk.img'));
    await writeFile(join(folder, 'log'), '');
    const levitate = await Levitate.at('sbc-systemd', {
      disk: join(folder, 'disk.img'),
      writeLog: join(folder, 'log'),
    });
    try {
      const words = [await levitate.profile(), `disk=${await newImage()}`];
      const deploy = levitate.start('deploy', words);
      await deploy.until(began('compare'));
      await cp(levitate.stateHome, join(folder, 'state'), { recursive: true });
      const { exit, last } = await deploy.ended;
      if (exit !== 0) throw new Error(`the deploy fails: ${JSON.stringify(last)}`);
      await levitate.device.cut();
      await rename(join(folder, 'log'), join(folder, 'recorded'));
      const orders = await readOrders(join(folder, 'recorded'));
      return new Recording(folder, levitate, words, orders);
    } catch (error) {
      await levitate.close();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /**
   * Cuts the power after so many orders, switches the device on again, and tells what it has started.
   * @throws where nothing starts
   */
  async startsAfter(count: number, random: Random): Promise<System> {
    const { folder, levitate, orders } = this;
    const { device, stateHome } = levitate;
    await device.cut();
    await copySparse(join(folder, 'base.img'), device.diskPath);
    await cutAfter(device.diskPath, join(folder, 'recorded'), orders, count, random);
    await rm(stateHome, { recursive: true });
    await cp(join(folder, 'state'), stateHome, { recursive: true });
    await writeFile(join(folder, 'log'), '');
    await device.start();
    return systemOf(await answering(device));
  }

  /** Gives the same command again, and tells what runs at its end. */
  async again(): Promise<System> {
    const { levitate, words } = this;
    const { exit, last } = await levitate.run('deploy', words);
    if (exit !== 0) throw new Error(`the same command fails: ${JSON.stringify(last)}`);
    return systemOf(await answering(levitate.device));
  }

  /** The end of what the console has said. */
  async console(): Promise<string> {
    return (await this.levitate.device.console()).slice(-1500);
  }

  async remove(): Promise<void> {
    await this.levitate.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function systemOf(answer: string): System {
  if (answer === 'rescue') return 'rescue';
  return answer === 'sbc-systemd 2' ? 'new' : 'old';
}
