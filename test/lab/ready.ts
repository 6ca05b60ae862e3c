/** Runs before each file of the tests on devices, so that no test waits for what another one builds: the first file builds. */
import { suiteDeviceNames } from './artifacts.js';
import { buildDevices } from './build-devices.js';

await buildDevices(suiteDeviceNames);
