/** A power cut in the middle of re-imaging the disk of a PC with UEFI leads to a rescue, in which the same command carries on. */
import { compressed } from '../../lab/index.js';
import { uefiDisk } from '../../lab/build/uefi-disk.js';
import { cutInTheWrite } from '../cut-in-the-write.js';
import { deviceTest } from '../device-test.js';
import { minutes } from '../lines.js';
import { startByEntry } from '../uefi-entry.js';

const test = deviceTest('sbc-uefi', { hardware: { spareMiB: 48 } });

test(
  'a power cut while the disk is written: its firmware starts maintenance by itself, and the same command ends in the new system',
  { timeout: minutes(40) },
  async ({ levitate }) => {
    await startByEntry(levitate.device);
    const words = [
      await levitate.profile({}, 'sbc-systemd'),
      `disk=${await compressed(await uefiDisk(), 'zst')}`,
    ];
    await cutInTheWrite(levitate, words, 'sbc-uefi 2');
  },
);
