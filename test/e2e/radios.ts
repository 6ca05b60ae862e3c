/** Wi-Fi without hardware. */
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { moduleClosure } from '../lab/build/initramfs.js';
import { packages } from '../lab/build/packages.js';
import type { LabDevice } from '../lab/index.js';
import type { Levitate } from './levitate.js';

/** Two radios that hear each other (mac80211_hwsim), and what their encryption needs. */
export async function insertRadios(device: LabDevice): Promise<void> {
  const { modulesDir } = await packages();
  for (const file of await moduleClosure(modulesDir, ['ccm', 'ctr', 'cmac', 'mac80211_hwsim'])) {
    const name = basename(file, '.ko').replaceAll('-', '_');
    const insert = `cat >/tmp/module.ko; grep -q '^${name} ' /proc/modules || insmod /tmp/module.ko && rm /tmp/module.ko`;
    await device.sh(insert, { input: await readFile(file) });
  }
}

/**
 * A profile whose maintenance system joins a network on wlan1. The access point stands in the same machine, because its radio
 * does.
 * @param accessPoint the configuration of hostapd
 */
export async function wifiProfile(
  levitate: Levitate,
  accessPoint: string,
  changes: Record<string, unknown> = {},
): Promise<string> {
  const profile = await levitate.profile({
    ...changes,
    'services.wifi': { interface: 'wlan1' },
    'services.extra': [{ name: 'access-point', run: ['hostapd', '/etc/hostapd.conf'] }],
    'root.tools': [{ package: 'hostapd', programs: ['hostapd'] }],
    'root.files': { '/etc/hostapd.conf': './hostapd.conf' },
  });
  await writeFile(join(profile, '../hostapd.conf'), accessPoint);
  return profile;
}
