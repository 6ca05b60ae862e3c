import { expect, it } from 'vitest';
import { halfWrittenLines } from '../../../../src/cli/views/half-written-lines.js';

const device = { host: 'pi@box', device: { hostname: 'box' } };

it('says that the device will probably not boot, and how to finish the write', () => {
  const targets = [{ target: 'disk', image: '/srv/new image' }, { target: 'data' }];
  expect(halfWrittenLines({ ...device, targets }, 80).join('\n')).toBe(`
This reboots pi@box, and it will probably not boot:

  disk  was written to, and is not read back whole.
  data  was written to, and is not read back whole.

A device that does not boot is out of reach from here: it takes hands on it, and
what its maker gives to write its flash from outside. In maintenance it waits as
long as it takes.
To finish the write instead:
  levitate flash pi@box 'disk=/srv/new image' data=IMAGE
To reboot it all the same, answer pi@box or box; anything else ends here.`);
});

it('names the writer, whom nobody should interrupt', () => {
  const text = halfWrittenLines({ ...device, targets: [], writer: 'root@vm' }, 80).join('\n');
  expect(text).toContain('  root@vm is writing to it now.');
  expect(text).toContain('\n  levitate status pi@box\n');
});

it('says where the flasher does not tell', () => {
  expect(halfWrittenLines(device, 80).join('\n')).toContain('speaks another protocol');
});
