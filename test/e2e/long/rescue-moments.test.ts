/** The power cut, and the kernel panic, at each moment of re-imaging a disk with a rescue; then the same disk once more. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { compressed, deviceArtifacts, type LabDevice } from '../../lab/index.js';
import type { Command } from '../command.js';
import { deviceTest } from '../device-test.js';
import type { Levitate } from '../levitate.js';
import { minutes, wrote } from '../lines.js';
import { answering, newImage, withRoom } from '../rescue.js';

const mib = 1024 * 1024;
const { v1, v2 } = await deviceArtifacts('sbc-systemd');
const test = deviceTest('sbc-systemd', { hardware: withRoom });

/** Where the rescue begins on the disk, or -1 while it is not there. */
const rescueOn = async (device: LabDevice): Promise<number> =>
  (await device.readDisk()).indexOf('levitate rescue ');

/** Ends the device's power and the command at once. */
async function cut({ device }: Levitate, command: Command): Promise<void> {
  await device.cut();
  command.signal('SIGKILL');
  await command.ended;
}

/** Waits until something is so of the disk, seen from outside; fails where the command ends before. */
async function until(command: Command, isSo: () => Promise<boolean>): Promise<void> {
  let over = false;
  void command.ended.then(() => (over = true));
  while (!(await isSo())) {
    if (over) throw new Error(`it ended before: ${JSON.stringify((await command.ended).last)}`);
    await sleep(50);
  }
}

test(
  'the old system, the rescue, the new system: never nothing',
  { timeout: minutes(60) },
  async ({ levitate }) => {
    const { device } = levitate;
    const words = [await levitate.profile(), `disk=${await newImage()}`];
    const first = await device.readDisk(0, 512);

    // Before the boot sector: the mark is written with the rescue, and the first sector when that was read back.
    const early = levitate.start('deploy', words);
    await until(early, async () => (await rescueOn(device)) >= 0);
    await cut(levitate, early);
    expect(await device.readDisk(0, 512)).toEqual(first);
    await device.start();
    expect(await answering(device)).toBe('sbc-systemd 1');

    // Late in the write.
    const late = levitate.start('deploy', words);
    await late.until(wrote(200 * mib));
    await cut(levitate, late);
    await device.start();
    expect(await answering(device)).toBe('rescue');

    // A panic in the rescue, in the middle of writing on. What is on the medium is not sent again: another image is.
    const other = await compressed(v1.disk, 'zst');
    const panicking = levitate.start('flash', [`disk=${other}`, '--full']);
    await panicking.until(wrote(40 * mib));
    const before = await device.bootId();
    await device.ssh('echo c >/proc/sysrq-trigger', { timeoutMs: 5000 });
    panicking.signal('SIGKILL');
    await panicking.ended;
    await device.waitForSsh({ notBootId: before });
    expect(await answering(device)).toBe('rescue');
    expect((await levitate.status()).maintenance).toMatchObject({ rescue: true, touched: true });

    // After the switch: the first sector is that of the image.
    const last = levitate.start('deploy', words);
    const switched = (await readStart(v2.disk)).toString('hex');
    await until(last, async () => (await device.readDisk(0, 512)).toString('hex') === switched);
    await cut(levitate, last);
    await device.start();
    expect(await answering(device)).toBe('sbc-systemd 2');

    // The same disk again, to its end: nothing is left of any rescue.
    const back = await levitate.run('deploy', [words[0]!, `disk=${other}`]);
    expect(back).toMatchObject({ exit: 0, last: { leave: { isNew: true } } });
    expect(await answering(device)).toBe('sbc-systemd 1');
    expect(await rescueOn(device)).toBe(-1);
  },
);

async function readStart(path: string): Promise<Buffer> {
  const { open } = await import('node:fs/promises');
  const file = await open(path);
  try {
    return (await file.read(Buffer.alloc(512), 0, 512, 0)).buffer;
  } finally {
    await file.close();
  }
}
