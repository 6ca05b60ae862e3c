/** A power cut that is over within two minutes: the command that is at it connects to the rescue, and goes on by itself. */
import { expect } from 'vitest';
import { deviceTest } from '../device-test.js';
import { minutes, wrote } from '../lines.js';
import { answering, newImage, withRoom } from '../rescue.js';

const test = deviceTest('sbc-systemd', { hardware: withRoom });

test(
  'the command that was at it ends in the new system',
  { timeout: minutes(20) },
  async ({ levitate }) => {
    const { device } = levitate;
    const words = [await levitate.profile(), `disk=${await newImage()}`];
    const deploy = levitate.start('deploy', words);
    await deploy.until(wrote(40 * 1024 * 1024));
    await device.cut();
    await device.start({ wait: false });
    const { exit, last } = await deploy.ended;
    expect(last).toMatchObject({ type: 'result', leave: { isNew: true } });
    expect(exit).toBe(0);
    expect(await device.console()).toContain('this is the rescue');
    expect(await answering(device)).toBe('sbc-systemd 2');
  },
);
