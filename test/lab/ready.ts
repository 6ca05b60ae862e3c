/**
 * Runs before each file of the tests on devices, so that no test waits for what another one builds: the first file builds. That
 * comes before whatever else runs meanwhile, since all of them wait for it in the end.
 */
import { getPriority, setPriority } from 'node:os';
import { suiteDeviceNames } from './artifacts.js';
import { buildDevices } from './build-devices.js';

const usual = getPriority();
const hasPriority = prioritise(-10);
await buildDevices(suiteDeviceNames);
if (hasPriority) prioritise(usual);

/** Only root may come before others. */
function prioritise(nice: number): boolean {
  try {
    setPriority(nice);
    return true;
  } catch {
    return false;
  }
}
