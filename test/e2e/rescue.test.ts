/** A power cut in the middle of re-imaging a disk leads to a rescue, in which the same command carries on. */
import { expect } from 'vitest';
import { deviceTest } from './device-test.js';
import { minutes, wrote } from './lines.js';
import { answering, newImage, withRoom } from './rescue.js';

const mib = 1024 * 1024;
const test = deviceTest('sbc-systemd', { hardware: withRoom });

test(
  'a power cut while the disk is written: maintenance comes up by itself, and the same command ends in the new system',
  { timeout: minutes(20) },
  async ({ levitate }) => {
    const { device } = levitate;
    const words = [await levitate.profile(), `disk=${await newImage()}`];
    const { last: dry } = await levitate.run('deploy', [...words, '--dry-run']);
    expect(dry).toMatchObject({
      overwrite: { writes: [{ cut: expect.stringMatching(/to the rescue, which is/) as string }] },
    });
    const deploy = levitate.start('deploy', words);
    await deploy.until(wrote(40 * mib));
    await device.cut();
    deploy.signal('SIGKILL');
    await deploy.ended;
    await device.start();
    expect(await answering(device)).toBe('rescue');
    const { maintenance } = await levitate.status();
    expect(maintenance).toMatchObject({ rescue: true, touched: true });
    const again = await levitate.run('deploy', words);
    expect(again).toMatchObject({ exit: 0, last: { leave: { isNew: true } } });
    expect(await answering(device)).toBe('sbc-systemd 2');
  },
);
