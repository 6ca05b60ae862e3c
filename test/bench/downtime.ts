/** Seconds without SSH while entering, beside a plain reboot of the same device in the same run. */
import { Levitate } from '../e2e/levitate.js';
import type { DeviceName } from '../lab/index.js';
import { longestSilence } from './answers.js';

const devices: DeviceName[] = ['sbc-systemd', 'router-ubi'];

export interface Downtime {
  device: DeviceName;
  rebootSeconds: number;
  enterSeconds: number;
}

export async function downtime(): Promise<Downtime[]> {
  const rows: Downtime[] = [];
  for (const device of devices) rows.push(await one(device));
  return rows;
}

async function one(name: DeviceName): Promise<Downtime> {
  const levitate = await Levitate.at(name);
  try {
    const { device } = levitate;
    const profile = await levitate.profile();
    const before = await device.bootId();
    const rebootSeconds = await longestSilence(device.port, async () => {
      // The connection may go down with the device before the command has answered.
      await device.ssh('reboot');
      await device.waitForSsh({ notBootId: before });
    });
    const enterSeconds = await longestSilence(device.port, () => levitate.enter(profile));
    return { device: name, rebootSeconds, enterSeconds };
  } finally {
    await levitate.close();
  }
}
