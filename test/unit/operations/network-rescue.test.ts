import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LevitateError } from '../../../src/errors.js';
import {
  armedRescues,
  builtFolder,
  makeRescuesFolder,
  noteArmed,
  offerFiles,
  servedFolder,
} from '../../../src/operations/network-rescue/armed.js';
import { disarmRescue } from '../../../src/operations/network-rescue/arm.js';
import {
  atFirstContact,
  beforeFirstWrite,
  beforeLeaving,
  namesOf,
} from '../../../src/operations/network-rescue/contact.js';
import { macIn } from '../../../src/operations/network-rescue/mac-of-host.js';
import { networkOf, serverWords } from '../../../src/operations/network-rescue/server-words.js';
import type { Progress } from '../../../src/progress.js';
import type { Transport } from '../../../src/ssh/transport.js';

const [ours, other] = ['52-54-00-12-34-56', '5a3c91e7'];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-network-rescue-'));
  vi.stubEnv('XDG_STATE_HOME', folder);
});
afterEach(() => rm(folder, { recursive: true }));

async function arm(device: string, files: string[]): Promise<void> {
  await makeRescuesFolder();
  for (const path of files) {
    await mkdir(dirname(join(builtFolder(device), path)), { recursive: true });
    await writeFile(join(builtFolder(device), path), path);
  }
  const rescue = { device, profile: 'x.yaml', files };
  await noteArmed(rescue);
  await offerFiles(rescue);
}

const served = async () =>
  (await readdir(servedFolder(), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();

/** A login that prints what a device says of itself, or fails. */
const login = (says: string | Error): Transport => ({
  name: 'a login',
  exec: () =>
    says instanceof Error
      ? Promise.reject(says)
      : Promise.resolve({ stdout: says, stderr: '', code: 0 }),
  close: () => Promise.resolve(),
});

const mac = '00:00:00:00:00:00\n52:54:00:12:34:56\n\n';

test('is not served from the first contact on, is while it is written to, and never after', async () => {
  await arm(ours, [`levitate/${ours}/kernel`, `ipxe/${ours}.ipxe`, 'boot.ipxe']);
  await arm(other, [`${other}/config.txt`]);
  const all = [`${ours}.ipxe`, 'boot.ipxe', 'config.txt', 'kernel'];
  expect(await served()).toEqual(all);
  const told: Progress[] = [];
  const run = { onProgress: (event: Progress) => told.push(event) };
  await atFirstContact('stranger', login('02:00:00:00:00:01\n'), run);
  expect(await served()).toEqual(all);
  await atFirstContact('ap', login(mac), run);
  expect(await served()).toEqual(['boot.ipxe', 'config.txt']);
  expect(told).toMatchObject([{ message: expect.stringContaining('ap has come up') }]);
  await beforeFirstWrite('stranger', run);
  expect(await served()).toEqual(['boot.ipxe', 'config.txt']);
  await beforeFirstWrite('ap', run);
  expect(await served()).toEqual(all);
  await beforeLeaving('ap', run);
  expect(await served()).toEqual(['boot.ipxe', 'config.txt']);
  expect((await armedRescues()).map(({ device }) => device)).toEqual([other]);
  await disarmRescue({ device: `10000000${other}` });
  expect(await served()).toEqual(['boot.ipxe']);
});

test('a Raspberry Pi is known by its serial number', async () => {
  await arm(other, [`${other}/config.txt`]);
  await atFirstContact('pi', login(`b8:27:eb:00:00:01\n10000000${other}\0\n`), {});
  expect(await served()).toEqual([]);
  expect(namesOf('B8:27:EB:00:00:01\n').has('b8-27-eb-00-00-01')).toBe(true);
});

test('nothing of it keeps anybody from the device', async () => {
  const never = login(new Error('asked'));
  await atFirstContact('ap', never, {});
  await arm(ours, [`ipxe/${ours}.ipxe`]);
  const told: Progress[] = [];
  const lost = login(new LevitateError('CONNECTION_LOST', 'lost'));
  await atFirstContact('ap', lost, { onProgress: (event) => told.push(event) });
  expect(told).toMatchObject([{ level: 'warning', message: expect.stringContaining('(lost)') }]);
});

test('a host is known by the table of neighbours, once that is complete', () => {
  const table = `IP address       HW type     Flags       HW address            Mask     Device
10.0.0.1         0x1         0x2         52:54:00:00:00:01     *        eth0
10.0.0.12        0x1         0x0         00:00:00:00:00:00     *        eth0
`;
  expect(macIn(table, '10.0.0.1')).toBe('52:54:00:00:00:01');
  expect(macIn(table, '10.0.0.12')).toBeUndefined();
  expect(macIn(table, '10.0.0.2')).toBeUndefined();
});

test('dnsmasq adds to another DHCP server, or gives addresses itself', () => {
  const own = { address: '192.168.7.9', netmask: '255.255.255.128' };
  const words = (more: { range?: string; bootFile?: string }) =>
    serverWords({ interface: 'eth1', ...more }, own, '/srv', 'ops');
  expect(words({})).toEqual(
    expect.arrayContaining([
      ...['--interface=eth1', '--port=0', '--tftp-root=/srv', '--user=ops'],
      '--dhcp-range=192.168.7.0,proxy,255.255.255.128',
    ]),
  );
  const range = '192.168.7.100,192.168.7.110';
  expect(words({ range, bootFile: 'pxelinux.0' })).toEqual(
    expect.arrayContaining([
      `--dhcp-range=${range},255.255.255.128,1h`,
      '--dhcp-boot=tag:!ipxe,tag:!uboot,pxelinux.0',
    ]),
  );
  for (const wrong of ['192.168.7.100', '1.2.3.4,1.2.3.256', '1.2.3.4,x', '1.2.3.4,1.2.3.5,9'])
    expect(() => words({ range: wrong })).toThrow('is no range of addresses');
  expect(networkOf('10.77.200.9', '255.255.192.0')).toBe('10.77.192.0');
});
