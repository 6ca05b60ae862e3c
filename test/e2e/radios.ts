/** Wi-Fi without hardware. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { moduleClosure } from '../lab/build/initramfs.js';
import { packages } from '../lab/build/packages.js';
import type { LabDevice } from '../lab/index.js';

/** Two radios that hear each other (mac80211_hwsim), and what their encryption needs. */
export async function insertRadios(device: LabDevice): Promise<void> {
  const { modulesDir } = await packages();
  for (const file of await moduleClosure(modulesDir, ['ccm', 'ctr', 'cmac', 'mac80211_hwsim'])) {
    const name = basename(file, '.ko').replaceAll('-', '_');
    const insert = `cat >/tmp/module.ko; grep -q '^${name} ' /proc/modules || insmod /tmp/module.ko && rm /tmp/module.ko`;
    await device.sh(insert, { input: await readFile(file) });
  }
}
