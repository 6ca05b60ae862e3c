/** Who a device is: by its serial number, its eMMC and its addresses, and who is another one. */
import { expect, it } from 'vitest';
import { isPlaceholder } from '../../../src/device/identity.js';
import { importInventory } from '../src/operations/import-inventory.js';
import { knownDevices } from '../src/operations/devices.js';
import { checkIdentity } from '../src/station/identity.js';
import { isSame, learned, marksOf } from '../src/station/marks.js';
import { testCluster } from './cluster.js';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const nothing = { serial: '', compatible: ['x'], emmcIds: [], interfaces: [] };
const serial = 'serial x 42';
const emmc = 'emmc 150100384254443452019f8a3c1e7d00';
const eth = 'mac b8:27:eb:01:02:03';
const wifi = 'mac b8:27:eb:54:57:56';

it.each(['', 'To Be Filled By O.E.M.', 'Default string', 'Not Specified', '0000000', 'OEM'])(
  'knows nobody by the serial number %s',
  (text) => {
    expect(marksOf({ ...nothing, serial: text }, isPlaceholder)).toEqual([]);
  },
);

it('knows a device by what it is and its serial number, its eMMC, and what its maker gave it', () => {
  const facts = {
    ...{ serial: '10000000abcdef01 ', compatible: ['raspberrypi,4-model-b', 'brcm,bcm2711'] },
    emmcIds: ['150100384254443452019f8a3c1e7d00'],
    interfaces: [
      ...[{ mac: 'b8:27:eb:01:02:03' }, { mac: 'b8:27:eb:01:02:03' }, { mac: undefined }],
      ...[{ mac: '52:54:00:12:34:56' }, { mac: '00:00:00:00:00:00' }],
    ],
  };
  expect(marksOf(facts, isPlaceholder)).toEqual([
    ...['serial raspberrypi,4-model-b 10000000abcdef01', emmc, eth],
  ]);
});

it.each([
  ['the same', [serial, emmc, eth], [serial, emmc, eth], true],
  ['one that does not tell its serial number now', [serial, eth], [eth], true],
  ['one with another dongle', [eth, wifi], [wifi, 'mac 00:e0:4c:00:00:01'], true],
  ['one that has no kind in common', [serial], [eth], false],
  [
    'one with the serial number of many, and its own eMMC',
    [serial, emmc],
    [serial, 'emmc 2'],
    false,
  ],
  ['one with other addresses alone', [eth], [wifi], false],
  ['one that tells nothing', [serial], [], false],
])('takes for the device that is known, or not: %s', (_, known, seen, same) => {
  expect(isSame(known, seen)).toBe(same);
});

it('forgets no kind that a device does not tell now', () => {
  expect(learned([serial, eth], [wifi])).toEqual([wifi, serial]);
});

const cluster = testCluster();

it('refuses a device that is known by another name, and not one that shares an address alone', async () => {
  await using store = await cluster.store();
  const file = join(cluster.folder, 'fleet.yaml');
  await writeFile(file, 'devices: { a: { host: x }, b: { host: y }, c: { host: z } }');
  await importInventory(store, { file });
  const look = (device: string, marks: string[], identity: string[] | null = null) =>
    checkIdentity(store, { device, identity }, { marks });
  await look('a', [serial, eth]);
  await expect(look('b', [serial, eth])).rejects.toMatchObject({
    ...{ code: 'IDENTITY', message: `it is ${serial}, ${eth}, which is a` },
  });
  await look('b', ['serial x 43', eth]);
  await look('c', []);
  await expect(look('a', [], [serial, eth])).rejects.toThrow('it does not say who it is');
  const identities = (await knownDevices(store)).map(({ identity }) => identity);
  expect(identities).toEqual([[serial, eth], ['serial x 43', eth], undefined]);
});
