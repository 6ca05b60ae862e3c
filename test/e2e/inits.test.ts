/** Every init system in the lab, its essential cells, by a profile that nobody wrote by hand; `npm run e2e:inits` has the others. */
import { afterEach, test } from 'vitest';
import { initDeviceNames } from '../lab/index.js';
import { benchFor, enters, isProven, probed } from './init-cells.js';
import { minutes, type Bench } from './help.js';

let bench: Bench;
afterEach(() => bench.close());

test.each(initDeviceNames)('%s', { timeout: minutes(10) }, async (name) => {
  bench = await benchFor(name);
  await enters(bench, await probed(bench));
  await isProven(bench);
});
