/** Every init system in the lab, its essential cells, by a profile that nobody wrote by hand; `npm run e2e:inits` has the others. */
import { initDeviceNames } from '../lab/index.js';
import { deviceTest } from './device-test.js';
import { enters, isProven, probed } from './init-cells.js';
import { minutes } from './lines.js';

for (const name of initDeviceNames) {
  const test = deviceTest(name);
  test(name, { timeout: minutes(10) }, async ({ levitate }) => {
    await enters(levitate, await probed(levitate));
    await isProven(levitate);
  });
}
