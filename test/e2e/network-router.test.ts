/** The router's network: a way back when what was carried does not answer; the same lease; Wi-Fi. */
import { expect } from 'vitest';
import { deviceTest } from './device-test.js';
import { began, minutes } from './lines.js';
import { insertRadios, wifiProfile } from './radios.js';

/** The router's own, with an address beside the lease, and a shutdown that leaves nothing, as netifd's does. */
const service = `#!/bin/sh
case $1 in
  start)
    ip link set lo up
    ip link set eth0 up
    udhcpc -b -S -t 20 -T 1 -i eth0 -p /var/run/udhcpc.eth0.pid -s /etc/udhcpc/default.script >/dev/null 2>&1
    ip addr add 10.8.0.1/24 dev eth0
    ;;
  stop)
    kill "$(cat /var/run/udhcpc.eth0.pid)"
    ip addr flush dev eth0
    ip link set eth0 down
    ;;
esac
`;

const test = deviceTest('router-ubi', { scope: 'file', hardware: { memoryMiB: 192 } });
test.beforeAll(async ({ levitate }) => {
  await levitate.device.sh(
    'cat >/etc/init.d/S20network && sync; ip addr add 10.8.0.1/24 dev eth0',
    {
      input: service,
    },
  );
}, minutes(5));

test(
  'a network that does not answer: back in the old system, and enter says so',
  { timeout: minutes(10) },
  async ({ levitate }) => {
    const { device } = levitate;
    const before = await device.bootId();
    const profile = await levitate.profile({ 'safety.contact-timeout': '15s' });
    const entering = levitate.start('enter', [profile]);
    await entering.until(began('rehearse'));
    await device.sh(
      'printf "up eth0\\naddr eth0 192.0.2.1/24\\n" >/tmp/levitate-root/etc/levitate/network',
    );
    await device.waitForConsole(/levitate: rebooting: no contact for 15s/, {
      timeoutMs: minutes(3),
    });
    const { exit, last } = await entering.ended;
    expect(last).toMatchObject({ type: 'error', code: 'ENTER_FAILED', exit: 4 });
    expect(exit).toBe(4);
    await device.waitForSsh({ notBootId: before });
    expect(await levitate.status()).toMatchObject({ where: 'normal' });
  },
);

const secret = 'correct horse battery staple';
const supplicant = `network={
  ssid="levitate lab"
  psk="${secret}"
}
`;
const accessPoint = `interface=wlan0
ssid=levitate lab
hw_mode=g
channel=1
wpa=2
wpa_key_mgmt=WPA-PSK
rsn_pairwise=CCMP
wpa_passphrase=${secret}
`;

test(
  'the same lease with the address beside it, and Wi-Fi with the configuration of the old system',
  { timeout: minutes(15) },
  async ({ levitate }) => {
    const { device } = levitate;
    await insertRadios(device);
    await device.sh(
      'mkdir -p /etc/wpa_supplicant && cat >/etc/wpa_supplicant/wpa_supplicant.conf; ip link set eth0 mtu 1400; ip link set wlan1 up; ip addr add 10.11.0.2/24 dev wlan1',
      { input: supplicant },
    );
    const look = `ip -o addr show | awk '$2 == "eth0" || $2 $3 == "wlan1inet" { print $2, $3, $4 }' | sort; sort /proc/net/route | grep eth0`;
    const before = await device.sh(look);
    expect(before).toContain('10.8.0.1/24');

    const profile = await wifiProfile(levitate, accessPoint);
    const entered = await levitate.run('enter', [profile]);
    expect(entered.exit, JSON.stringify(entered.last)).toBe(0);
    expect(JSON.stringify(entered.lines)).not.toContain('horse');

    await expect
      .poll(() => device.sh('cat /sys/class/net/wlan1/operstate; dmesg'), {
        timeout: minutes(3),
        interval: 1000,
      })
      .toMatch(/^up\n[^]*levitate: eth0 has 10\.0\.2\.15\/24 by DHCP/);
    await expect
      .poll(() => device.sh(look), { timeout: minutes(2), interval: 1000 })
      .toContain(before);
    expect(await device.sh('cat /sys/class/net/eth0/mtu; ps')).toMatch(
      /^1400\n[^]*udhcpc -f -i eth0 .*-r 10\.0\.2\.15/,
    );
    const conf = '/etc/wpa_supplicant/wpa_supplicant.conf';
    expect(await device.sh(`stat -c %a ${conf}; cat ${conf}`)).toBe(`600\n${supplicant.trim()}`);
    expect(
      await device.sh('dmesg; find /run/levitate /run/log -type f -exec cat {} +'),
    ).not.toContain('horse');
  },
);
