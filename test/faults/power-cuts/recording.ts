/** A disk that is re-imaged once, with every order that it is given: at each of them the power can be cut afterwards. */
import { cp, mkdtemp, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Levitate } from '../../e2e/levitate.js';
import { began } from '../../e2e/lines.js';
import { answering } from '../../e2e/rescue.js';
import type { Random } from '../../fuzz/random.js';
import { copyDisk, deviceDisk } from '../../lab/hardware.js';
import { cutAfter } from './disk-after.js';
import { firmwares, type FirmwareName } from './firmware.js';
import { turnsOf, type Turns } from './promised.js';
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
    /** Those by which it starts another system. */
    readonly turns: Turns,
  ) {}

  /** Re-images a device with a rescue to the end. */
  static async make(firmware: FirmwareName): Promise<Recording> {
    const { device, profile, sector, image } = firmwares[firmware];
    const folder = await mkdtemp(join(tmpdir(), 'levitate-power-cuts-'));
    const base = join(folder, 'base.img');
    const disk = join(folder, 'disk.img');
    let levitate: Levitate | undefined;
    try {
      await installed(firmware, base);
      await copyDisk(base, disk);
      await writeFile(join(folder, 'log'), '');
      levitate = await Levitate.at(device, { disk, writeLog: join(folder, 'log') });
      const words = [await levitate.profile({}, profile), `disk=${await image()}`];
      const deploy = levitate.start('deploy', words);
      await deploy.until(began('compare'));
      await cp(levitate.stateHome, join(folder, 'state'), { recursive: true });
      const { exit, last } = await deploy.ended;
      if (exit !== 0) throw new Error(`the deploy fails: ${JSON.stringify(last)}`);
      await levitate.device.cut();
      await rename(join(folder, 'log'), join(folder, 'recorded'));
      const orders = await readOrders(join(folder, 'recorded'));
      return new Recording(folder, levitate, words, orders, turnsOf(orders, sector));
    } catch (error) {
      await levitate?.close();
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
    await copyDisk(join(folder, 'base.img'), device.diskPath);
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

/** Makes the disk of a device that has its old system, and room behind it. */
async function installed(firmware: FirmwareName, base: string): Promise<void> {
  const { device, spareMiB, prepare } = firmwares[firmware];
  await copyDisk(await deviceDisk(device, 'v1'), base);
  await truncate(base, (await stat(base)).size + spareMiB * 1024 * 1024);
  if (!prepare) return;
  const levitate = await Levitate.at(device, { disk: base });
  try {
    await prepare(levitate.device);
    await levitate.device.sh('sync');
  } finally {
    await levitate.close();
  }
}

function systemOf(answer: string): System {
  if (answer === 'rescue') return 'rescue';
  return answer.endsWith(' 2') ? 'new' : 'old';
}
