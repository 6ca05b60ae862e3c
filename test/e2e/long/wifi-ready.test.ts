/** A network with WPA3 is joined by the wpa_supplicant of a ready root. */
import { expect, vi } from 'vitest';
import { readyRoots } from '../../lab/build/roots.js';
import { deviceTest } from '../device-test.js';
import { minutes } from '../lines.js';
import { insertRadios, wifiProfile } from '../radios.js';

const password = 'correct horse battery staple';
const supplicant = `network={
  ssid="levitate lab"
  key_mgmt=SAE
  sae_password="${password}"
  ieee80211w=2
}
`;
const accessPoint = `interface=wlan0
ssid=levitate lab
hw_mode=g
channel=1
wpa=2
wpa_key_mgmt=SAE
rsn_pairwise=CCMP
ieee80211w=2
sae_password=${password}
`;

const test = deviceTest('router-ubi', { scope: 'file', hardware: { memoryMiB: 192 } });

test('WPA3 by a ready root', { timeout: minutes(60) }, async ({ levitate }) => {
  vi.stubEnv('LEVITATE_ROOTS', await readyRoots('x86_64'));
  const { device } = levitate;
  await insertRadios(device);
  await device.sh(
    'mkdir -p /etc/wpa_supplicant && cat >/etc/wpa_supplicant/wpa_supplicant.conf; ip link set wlan1 up',
    { input: supplicant },
  );
  const profile = await wifiProfile(levitate, accessPoint, { 'root.from': ['ready', 'debian'] });
  const entered = await levitate.run('enter', [profile]);
  expect(entered.exit, JSON.stringify(entered.last)).toBe(0);
  // musl's, not Debian's.
  expect(await device.sh('grep -c ld-linux /usr/sbin/wpa_supplicant || :')).toBe('0');
  await expect
    .poll(() => device.sh('cat /sys/class/net/wlan1/operstate; cat /run/log/wifi.log'), {
      timeout: minutes(3),
      interval: 2000,
    })
    .toMatch(/^up\n[^]*CTRL-EVENT-CONNECTED/);
});
