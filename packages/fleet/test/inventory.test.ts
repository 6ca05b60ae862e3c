/** Inventories of every form: what they come to, and where their mistakes are. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readInventory } from '../src/inventory/read.js';
import { plainMac } from '../src/inventory/device.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-inventory-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Pairs = Record<string, string>;

async function read(name: string, text: string, columns?: Pairs, power: Pairs = {}) {
  const file = join(folder, name);
  await writeFile(file, text);
  return readInventory({ file, power, ...(columns ? { columns } : {}) });
}

/** The message of an inventory's mistakes, without the folder. */
const mistakes = async (name: string, text: string, columns?: Pairs, power?: Pairs) => {
  const error: unknown = await read(name, text, columns, power).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'INVENTORY_INVALID', exit: 2 });
  return (error as Error).message.replaceAll(`${folder}/`, '');
};

it('reads fleet.yaml, with its defaults', async () => {
  const text = `
defaults: { profile: pi.yaml, station: hall, tags: [pi] }
devices:
  shelf-1: { host: pi@10.0.0.1, mac: B8-27-EB-01-02-03, tags: [lab] }
  shelf-2: { host: 10.0.0.2, profile: /etc/other.yaml, uplink: switch-3 }
`;
  expect(await read('fleet.yaml', text)).toEqual([
    {
      ...{ name: 'shelf-1', host: 'pi@10.0.0.1', mac: 'b8:27:eb:01:02:03', station: 'hall' },
      ...{ profile: join(folder, 'pi.yaml'), tags: ['lab', 'pi'] },
    },
    {
      ...{ name: 'shelf-2', host: '10.0.0.2', station: 'hall', profile: '/etc/other.yaml' },
      ...{ tags: ['pi'], uplink: 'switch-3' },
    },
  ]);
});

it('places the mistakes of fleet.yaml: an unknown key, a wrong address, one host twice', async () => {
  const unknown = await mistakes('a.yaml', 'devices:\n  a: { host: x, hots: y, mac: 1:2 }\n');
  expect(unknown).toMatch(
    /a\.yaml:2:17: devices\.a\.hots: found key "hots"; did you mean "host"\?/,
  );
  expect(unknown).toMatch(/a\.yaml:2:31: devices\.a\.mac: found "1:2"/);
  const twice = await mistakes('b.yaml', 'devices:\n  a: { host: x }\n  b: { host: x }\n');
  expect(twice).toMatch(
    /b\.yaml:3:14: devices\.b\.host: found x\n {4}expected another one: a in line 2/,
  );
  expect(await mistakes('c.yaml', 'devices: {')).toMatch(/c\.yaml:\d+:\d+: the file: found none/);
});

it('reads a table as it is, by columns that are named, and calls its devices by their hosts', async () => {
  const text = 'MAC,IP,GPIO\nb827eb010203,pi@10.0.0.1,17\nb827.eb01.0204,pi@10.0.0.2,27\n';
  expect(await read('seed.csv', text, { mac: 'MAC', host: 'IP' })).toEqual([
    ...[1, 2].map((n) => ({
      ...{ name: `10.0.0.${n}`, host: `pi@10.0.0.${n}`, station: 'main', tags: [] },
      mac: `b8:27:eb:01:02:0${n + 2}`,
    })),
  ]);
  const plain = await read('plain.csv', 'name,host,tags\na,x,"pi lab"\n');
  expect(plain).toEqual([{ name: 'a', host: 'x', station: 'main', tags: ['lab', 'pi'] }]);
});

it('places the mistakes of a table: columns, cells, lines, and what is there twice', async () => {
  expect(await mistakes('a.csv', 'name,hots\na,x\n')).toMatch(
    /a\.csv:1: .*"hots"; did you mean "host"/,
  );
  const wanted = await mistakes('b.csv', 'MAC,IP\n', { host: 'IPP' });
  expect(wanted).toMatch(/b\.csv:1: columns: found no column IPP; did you mean "IP"/);
  expect(await mistakes('c.csv', 'name,host\na,x\nb\n')).toMatch(/c\.csv:3: /);
  const cells = await mistakes('d.csv', 'name,host,mac\na,x,1:2\nb c,y,\n');
  expect(cells).toMatch(/d\.csv:2: mac: found "1:2"/);
  expect(cells).toMatch(/d\.csv:3: name: found "b c"/);
  const twice = await mistakes('e.csv', 'name,host\na,x\nb,x\n');
  expect(twice).toMatch(
    /e\.csv:3: host: found x\n {4}expected another one: a in line 2 has this host/,
  );
});

it('reads ten thousand lines, and finds the wrong ones among them', async () => {
  const line = (n: number) =>
    `r${n},root@10.${n >> 16}.${(n >> 8) & 255}.${n & 255},52:54:00:${[n >> 16, n >> 8, n].map((part) => (part & 255).toString(16).padStart(2, '0')).join(':')}`;
  const lines = ['name,host,mac', ...Array.from({ length: 10_000 }, (_, n) => line(n))];
  const devices = await read('many.csv', lines.join('\n'));
  expect(devices).toHaveLength(10_000);
  lines[7000] += ':00';
  lines[9000] = line(3);
  expect(await mistakes('many.csv', lines.join('\n'))).toMatch(
    /has a mistake:\nmany\.csv:7001: mac:/,
  );
  lines[7000] = line(6999);
  const twice = await mistakes('many.csv', lines.join('\n'));
  expect(twice).toMatch(
    /has 3 mistakes:\nmany\.csv:9001: name: found r3\n.*r3 in line 5 has this name/,
  );
});

it('reads what Ansible reads: groups are tags, variables say the rest', async ({ skip }) => {
  const there = await execa('ansible-inventory', ['--version'], { reject: false });
  skip(there.exitCode !== 0, 'ansible-core is not installed');
  const file = join(folder, 'hosts');
  await writeFile(
    file,
    `[routers]
r[1:2].example ansible_user=root mac=52:54:00:00:00:01 levitate_uplink=west
r3.example ansible_host=10.0.0.3 ansible_port=2222 levitate_profile=/etc/r3.yaml
[hall:children]
routers
[routers:vars]
levitate_station=hall
`.replace('mac=52:54:00:00:00:01 ', ''),
  );
  const devices = await readInventory({ file, ansible: true });
  const common = { station: 'hall', tags: ['hall', 'routers'] };
  expect(devices.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
    { ...common, name: 'r1.example', host: 'root@r1.example', uplink: 'west' },
    { ...common, name: 'r2.example', host: 'root@r2.example', uplink: 'west' },
    { ...common, name: 'r3.example', host: 'ssh://10.0.0.3:2222', profile: '/etc/r3.yaml' },
  ]);
  const { stdout } = await execa('ansible-inventory', ['--list', '-i', file]);
  expect(await read('listed.json', stdout)).toEqual(devices);
  await expect(readInventory({ file: '/nonexistent/hosts', ansible: true })).resolves.toEqual([]);
});

it('names what it cannot read', async () => {
  const missing = readInventory({ file: join(folder, 'none.yaml') });
  await expect(missing).rejects.toMatchObject({ code: 'INVENTORY_UNREADABLE' });
  await expect(read('x.json', '[]')).rejects.toMatchObject({ code: 'INVENTORY_INVALID' });
});

it.each(['b8:27:eb:01:02:03', 'B8-27-EB-01-02-03', 'b827.eb01.0203', 'B827EB010203'])(
  'keeps %s in one way',
  (mac) => {
    expect(plainMac(mac)).toBe('b8:27:eb:01:02:03');
  },
);

it('reads how power is switched: of all devices in common, and of each', async () => {
  const text = `
defaults: { power: { preset: snmp-poe, host: 10.0.0.2, secret-file: community } }
devices:
  a: { host: a, rescue: netboot, power: { outlet: '1.7' } }
  b: { host: b, power: { outlet: '1.8', timeout: 1m } }
`;
  const common = { preset: 'snmp-poe', host: '10.0.0.2', 'secret-file': join(folder, 'community') };
  expect((await read('power.yaml', text)).map(({ rescue }) => rescue)).toEqual([
    ...['netboot', undefined],
  ]);
  expect((await read('power.yaml', text)).map(({ power }) => power)).toEqual([
    { ...common, outlet: '1.7' },
    { ...common, outlet: '1.8', timeout: '1m' },
  ]);
  const table = 'MAC,IP,GPIO\nb827eb010203,pi@10.0.0.1,17\nb827eb010204,pi@10.0.0.2,\n';
  const columns = { mac: 'MAC', host: 'IP', 'power.outlet': 'GPIO' };
  const power = { preset: 'gpio', active: 'low' };
  expect((await read('pis.csv', table, columns, power)).map((device) => device.power)).toEqual([
    { preset: 'gpio', active: 'low', outlet: '17' },
    undefined,
  ]);
});

it('places what is wrong with power: unknown, missing and contradicting fields', async () => {
  const wrong = (power: string) =>
    mistakes('p.yaml', `devices:\n  a: { host: x, power: ${power} }\n`);
  expect(await wrong('{ preset: tasmotta, host: h }')).toMatch(
    /p\.yaml:2:\d+: devices\.a\.power\.preset: found "?tasmotta"?; did you mean "tasmota"/,
  );
  expect(await wrong('{ preset: mqtt, host: h }')).toMatch(
    /p\.yaml:2:24: devices\.a\.power: found no topic\n {4}expected topic, which mqtt needs/,
  );
  expect(await wrong('{ preset: ipmi, host: h, user: u, topic: t }')).toMatch(
    /devices\.a\.power\.topic: found topic\n {4}expected nothing that ipmi does not know/,
  );
  expect(await wrong('{ command: { on: [x] } }')).toMatch(/expected on and off, or cycle/);
  expect(await wrong('{ preset: gpio, command: { cycle: [x] }, outlet: 1 }')).toMatch(/found both/);
  expect(await wrong('{ preset: tasmota, host: h, secret-file: a, secret-env: B }')).toMatch(
    /secret-env: found secret-file as well/,
  );
  const common = 'defaults: { power: { preset: mqtt, host: h } }\ndevices: { a: { host: x } }\n';
  expect(await mistakes('d.yaml', common)).toMatch(
    /d\.yaml:1:\d+: defaults\.power: found no topic/,
  );
  const columns = { host: 'IP', 'power.outlet': 'GPIO' };
  expect(await mistakes('p.csv', 'IP,GPIO\nx,1 7\n', columns, { preset: 'gpio' })).toMatch(
    /p\.csv:2: power\.outlet: found "1 7"/,
  );
  expect(await mistakes('p.csv', 'IP,GPIO\nx,17\n', columns, { preset: 'gipo' })).toMatch(
    /p\.csv:2: power\.preset: found "gipo"; did you mean "gpio"/,
  );
});

it('reads the power of a device from Ansible', async () => {
  const hostvars = { a: { levitate_power: { preset: 'tasmota', host: 'plug-a' } } };
  const listed = (vars: object) => JSON.stringify({ _meta: { hostvars: vars } });
  expect(await read('power.json', listed(hostvars))).toMatchObject([
    { name: 'a', power: { preset: 'tasmota', host: 'plug-a' } },
  ]);
  const wrong = { a: { levitate_power: { preset: 'tasmota' } }, b: { levitate_power: 'off' } };
  expect(await mistakes('wrong.json', listed(wrong))).toMatch(
    /a\.power: found no host[^]*b\.power: found/,
  );
});
