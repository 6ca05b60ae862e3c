/** A power cut in the middle of re-imaging the disk of a PC with UEFI leads to a rescue, in which the same command carries on. */
import { expect } from 'vitest';
import { compressed } from '../../lab/index.js';
import { uefiDisk } from '../../lab/build/uefi-disk.js';
import { deviceTest } from '../device-test.js';
import { minutes, wrote } from '../lines.js';
import { answering } from '../rescue.js';
import { startByEntry } from '../uefi-entry.js';

const mib = 1024 * 1024;
const test = deviceTest('sbc-uefi', { hardware: { spareMiB: 48 } });

test(
  'a power cut while the disk is written: its firmware starts maintenance by itself, and the same command ends in the new system',
  { timeout: minutes(40) },
  async ({ levitate }) => {
    const { device } = levitate;
    await startByEntry(device);
    const words = [
      await levitate.profile({}, 'sbc-systemd'),
      `disk=${await compressed(await uefiDisk(), 'zst')}`,
    ];
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
    expect(await answering(device)).toBe('sbc-uefi 2');
  },
);
