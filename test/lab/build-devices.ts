import { buildDevice, type DeviceName } from './artifacts.js';
import { isRestored, savedState } from './saved-state.js';

/**
 * Makes the images and the saved states of devices, unless they are there: two at a time, as an emulated device keeps one
 * core busy.
 * @param told is told of each device, with the seconds that it took
 */
export async function buildDevices(
  names: readonly DeviceName[],
  told: (name: DeviceName, seconds: number) => void = () => undefined,
): Promise<void> {
  const left = [...names];
  const lane = async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      const started = Date.now();
      await buildDevice(name);
      if (await isRestored(name)) await savedState(name);
      told(name, (Date.now() - started) / 1000);
    }
  };
  await Promise.all([lane(), lane()]);
}
