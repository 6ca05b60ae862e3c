/** A power cut in the middle of re-imaging a disk leads to a rescue, in which the same command carries on. */
import { cutInTheWrite } from './cut-in-the-write.js';
import { deviceTest } from './device-test.js';
import { minutes } from './lines.js';
import { newImage, withRoom } from './rescue.js';

const test = deviceTest('sbc-systemd', { hardware: withRoom });

test(
  'a power cut while the disk is written: maintenance comes up by itself, and the same command ends in the new system',
  { timeout: minutes(20) },
  async ({ levitate }) => {
    const words = [await levitate.profile(), `disk=${await newImage()}`];
    await cutInTheWrite(levitate, words, 'sbc-systemd 2');
  },
);
