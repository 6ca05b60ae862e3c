/** Power: each preset against what it speaks to, what hangs or fails, secrets, and one request at a time. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';
import { FleetError } from '../src/errors.js';
import { importInventory } from '../src/operations/import-inventory.js';
import { switchDevices } from '../src/operations/power.js';
import { whyNotToCut } from '../src/power/may-cut.js';
import { powerPresets, type PowerPresetName } from '../src/power/presets.js';
import type { PowerSettings } from '../src/power/schema.js';
import { powerSteps, type PowerAction, type PowerStep } from '../src/power/steps.js';
import { switchPower, type Exclusively } from '../src/power/switch.js';
import { openStore } from '../src/store/store.js';
import { testCluster } from './cluster.js';
import {
  bmc,
  broker,
  folderForTest,
  ownCertificate,
  poeSwitch,
  webServer,
} from './power-servers.js';

const cluster = testCluster();

/** A secret with all that a shell, a URL or a file of settings could take for something else. */
const secret = String.raw`p"a\s s&w=o%72d$(id)`;
const alone: Exclusively = (_, work) => work();
const host = '127.0.0.1';

/** A file with the secret. */
async function secretFile(text = secret): Promise<string> {
  const file = join(await folderForTest(), 'secret');
  await writeFile(file, `${text}\n`);
  return file;
}

const act = (power: PowerSettings, action: PowerAction, run = alone) =>
  switchPower(
    { name: 'd', mac: '02:00:00:00:00:01', power: { 'off-for': '0s', ...power } },
    action,
    run,
  );

const argvs = (steps: PowerStep[] | undefined): string[] =>
  (steps ?? []).flatMap((step) => {
    if ('waitSeconds' in step) return [];
    const commands = 'run' in step ? [step.run] : Object.values(step.versions).flat();
    return commands.flatMap(({ argv }) => argv);
  });

it.each(Object.keys(powerPresets) as PowerPresetName[])(
  'fills %s in, and keeps the secret from the words that everybody can read',
  (preset) => {
    const power: PowerSettings = {
      ...{ preset, host, port: 1, outlet: '1.7', user: 'u', url: 'http://h/{word}?o={outlet}' },
      ...{ topic: 't', pdu: 'p', 'secret-env': 'X' },
    };
    const words = argvs(powerSteps({ name: 'd', power }, 'cycle', secret));
    expect(words.length).toBeGreaterThan(3);
    expect(words.filter((word) => word.includes('p"a'))).toEqual([]);
    expect(words.filter((word) => /\{[a-z]+\}/.test(word))).toEqual([]);
  },
);

it('asks a web server, and takes no other status than success', async () => {
  const { port, asked } = await webServer(({ url }) => [url.includes('o=9') ? 500 : 200, 'ok']);
  const url = `http://${host}:${port}/relay?turn={word}&o={outlet}`;
  const power = { preset: 'http' as const, url, outlet: 3 };
  await act({ ...power, user: 'ops', 'secret-file': await secretFile() }, 'on');
  const authorization = `Basic ${Buffer.from(`ops:${secret}`).toString('base64')}`;
  expect(asked).toEqual([{ method: 'GET', url: '/relay?turn=on&o=3', body: '', authorization }]);
  await act(power, 'cycle');
  expect(asked.slice(1).map(({ url: one }) => one)).toEqual([
    ...['/relay?turn=off&o=3', '/relay?turn=on&o=3'],
  ]);
  await expect(act({ ...power, outlet: 9 }, 'on')).rejects.toMatchObject({
    ...{ code: 'POWER_FAILED', exit: 6, message: expect.stringContaining('error: 500') },
  });
});

it('asks Tasmota, which says with status 200 that a password is wrong', async () => {
  const { port, asked } = await webServer(({ url }) => {
    const query = new URL(url, 'http://x').searchParams;
    if (query.get('password') !== secret)
      return [
        200,
        `{"WARNING":"Need user=<username>&password=<password>: ${query.get('password')}"}`,
      ];
    return [200, `{"POWER2":"${query.get('cmnd')!.split(' ')[1]!.toUpperCase()}"}`];
  });
  const power = { preset: 'tasmota' as const, host, port, outlet: 2 };
  await act({ ...power, 'secret-file': await secretFile() }, 'cycle');
  expect(asked.map(({ url }) => new URL(url, 'http://x').searchParams.get('cmnd'))).toEqual([
    ...['Power2 Off', 'Power2 On'],
  ]);
  const wrong = act({ ...power, 'secret-file': await secretFile('hunter2') }, 'on');
  await expect(wrong).rejects.toThrow(/did not confirm it: .*WARNING.*: \*\*\*"/);
});

it('asks a BMC by Redfish, and trusts no certificate but the one that is named', async () => {
  const { file, ...keys } = await ownCertificate(await folderForTest());
  const { port, asked } = await webServer(() => [204, ''], keys);
  const power = { preset: 'redfish' as const, host, port, user: 'root' };
  const login = { 'secret-file': await secretFile() };
  await expect(act({ ...power, ...login }, 'off')).rejects.toThrow('certificate');
  expect(asked).toEqual([]);
  await act({ ...power, ...login, 'ca-file': file, outlet: 'Self' }, 'off');
  expect(asked).toEqual([
    {
      ...{ method: 'POST', url: '/redfish/v1/Systems/Self/Actions/ComputerSystem.Reset' },
      body: '{"ResetType":"ForceOff"}',
      authorization: `Basic ${Buffer.from(`root:${secret}`).toString('base64')}`,
    },
  ]);
});

it('asks PDUDaemon', async () => {
  const { port, asked } = await webServer(() => [200, 'OK - accepted request']);
  await act({ preset: 'pdudaemon', host, port, pdu: 'rack-1', outlet: 4 }, 'off');
  expect(asked[0]!.url).toBe('/power/control/off?hostname=rack-1&port=4');
});

it('has a real broker of MQTT pass a message on', async () => {
  const { port, messages } = await broker('plug', secret, 'cmnd/hall/POWER');
  const power = { preset: 'mqtt' as const, host, port, topic: 'cmnd/hall/POWER', user: 'plug' };
  await act({ ...power, 'secret-file': await secretFile() }, 'cycle');
  await expect.poll(messages, { timeout: 30_000 }).toEqual(['OFF', 'ON']);
  const wrong = act({ ...power, 'secret-file': await secretFile('wrong') }, 'on');
  await expect(wrong).rejects.toThrow('not authorised');
});

it('switches the port of a real agent of SNMP, of version 2c and 3', async () => {
  const passphrase = 'a long "phrase" \\';
  const { port, enabled } = await poeSwitch('se cret', {
    user: 'ops',
    passphrase: 'a long phrase',
  });
  const common = { host, port, outlet: '1.7' };
  await act({ ...common, preset: 'snmp-poe', 'secret-file': await secretFile('se cret') }, 'off');
  expect(await enabled()).toBe('2');
  const three = { ...common, preset: 'snmp3-poe' as const, user: 'ops' };
  await act({ ...three, 'secret-file': await secretFile('a long phrase') }, 'on');
  expect(await enabled()).toBe('1');
  const wrong = act({ ...three, 'secret-file': await secretFile(passphrase) }, 'off');
  await expect(wrong).rejects.toThrow(/snmpset failed with status 1/);
  expect(await enabled()).toBe('1');
});

it('switches a machine by a BMC of IPMI', async ({ skip }) => {
  const there = await execa('sh', ['-c', 'command -v ipmi_sim ipmitool'], { reject: false });
  skip(there.exitCode !== 0, 'openipmi and ipmitool are not installed');
  const { port, told } = await bmc('ops', 's3c$ret');
  const power = { preset: 'ipmi' as const, host, port, user: 'ops', timeout: '60s' };
  await act({ ...power, 'secret-file': await secretFile('s3c$ret') }, 'off');
  expect(await told()).toEqual(['0']);
  const wrong = act({ ...power, 'secret-file': await secretFile('wrong') }, 'off');
  await expect(wrong).rejects.toThrow('Unable to establish');
});

it('pulls a line by the words of the installed libgpiod', async () => {
  const power = { preset: 'gpio' as const, chip: 'no-such-chip', outlet: 17 };
  await expect(act(power, 'cycle')).rejects.toThrow(/gpioset failed with status 1: .*No such file/);
  await expect(act(power, 'on')).rejects.toMatchObject({ code: 'POWER_UNKNOWN' });
  // Debian 12 has version 1; the words of version 2 are those of its manual.
  const [step] = powerSteps({ name: 'd', power: { ...power, 'off-for': '2s' } }, 'cycle') ?? [];
  expect(step).toMatchObject({
    versions: {
      'v1\\.': [
        { argv: ['gpioset', '--mode=time', '--sec=2', 'no-such-chip', '17=0'] },
        { argv: ['gpioset', '--mode=exit', 'no-such-chip', '17=1'] },
      ],
      'v2\\.': [{ argv: ['gpioset', '--chip', 'no-such-chip', '--toggle', '2s,0', '17=0'] }],
    },
  });
});

it('ends a program that hangs with all that it has started, and switches on what it may have switched off', async () => {
  const folder = await folderForTest();
  const off = ['sh', '-c', 'sleep 1000 & echo $! > "$0"; wait', join(folder, 'pid')];
  const on = ['sh', '-c', 'echo "$1" > "$0"', join(folder, 'on'), 'mac={mac} {other}'];
  const failure = act({ command: { off, on }, timeout: '1s' }, 'cycle');
  await expect(failure).rejects.toThrow('sh did not end within 1 s, and was killed');
  expect(await readFile(join(folder, 'on'), 'utf8')).toBe('mac=02:00:00:00:00:01 {other}\n');
  const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
  await expect.poll(() => isThere(pid), { timeout: 30_000 }).toBe(false);
});

/** Whether a process runs; one that nobody has waited for yet does not. */
const isThere = async (pid: number) =>
  /^State:\s+[^ZX]/m.test(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''));

it('tries to switch on what is off more than once, and where no database can be asked', async () => {
  const folder = await folderForTest();
  const log = join(folder, 'log');
  const once = `echo on >> "$0"; [ "$(wc -l < "$0")" -ge 3 ]`;
  const command = { off: ['sh', '-c', 'echo off > "$0"', log], on: ['sh', '-c', once, log] };
  await act({ command }, 'cycle');
  expect(await readFile(log, 'utf8')).toBe('off\non\non\n');
  let asked = 0;
  const cut: Exclusively = async (_, work) => {
    if ((asked += 1) === 1) return work();
    throw new FleetError('DATABASE_UNAVAILABLE', 'it is away');
  };
  await act({ command }, 'cycle', cut);
  expect(await readFile(log, 'utf8')).toBe('off\non\non\n');
});

/** A store with devices that are switched so. */
async function storeWith(url: string, powers: Record<string, PowerSettings>) {
  const store = await openStore(url);
  onTestFinished(() => store[Symbol.asyncDispose]());
  const file = join(await folderForTest(), 'fleet.yaml');
  const devices = Object.entries(powers).map(([name, power]) => [name, { host: name, power }]);
  await writeFile(file, JSON.stringify({ devices: Object.fromEntries(devices) as object }));
  await importInventory(store, { file });
  return store;
}

it('asks a PDU for one thing at a time, whoever asks, and two PDUs at once', async () => {
  const folder = await folderForTest();
  await mkdir(join(folder, 'busy'));
  // A PDU that takes two requests at once notes it.
  const script = `cd "$0"; mkdir "busy/$1" || { echo "$1" >> overlap; exit 0; }; sleep 0.3
    [ "$(ls busy | wc -l)" = 2 ] && touch both; rmdir "busy/$1"`;
  const on = ['sh', '-c', script, folder];
  const power = (pdu: string) => ({ command: { on: [...on, pdu], off: ['true'] }, pdu });
  const url = await cluster.url();
  const names = ['a', 'b', 'c', 'd'];
  const powers = Object.fromEntries(names.map((name) => [name, power('one')]));
  const stores = [await storeWith(url, { ...powers, e: power('two') }), await openStore(url)];
  onTestFinished(() => stores[1]![Symbol.asyncDispose]());
  const all = stores.map((store) => switchDevices(store, { names: [...names, 'e'], action: 'on' }));
  const results = (await Promise.all(all)).flat();
  expect(results.filter(({ failure }) => failure)).toEqual([]);
  await expect(readFile(join(folder, 'overlap'), 'utf8')).rejects.toThrow('ENOENT');
  expect(await readFile(join(folder, 'both'), 'utf8')).toBe('');
});

it('tells of each device what became of it, and refuses one that is being written to', async () => {
  const store = await storeWith(await cluster.url(), {
    good: { command: { cycle: ['true'] } },
    bad: { command: { cycle: ['/nonexistent/driver'] } },
    mute: { preset: 'gpio', outlet: 1 },
  });
  const told: string[] = [];
  const results = await switchDevices(store, {
    ...{ names: ['good', 'bad', 'good'], action: 'cycle' },
    onResult: ({ name }) => told.push(name),
  });
  expect(results).toEqual([
    { name: 'good' },
    { name: 'bad', failure: { code: 'POWER_FAILED', message: expect.stringContaining('ENOENT') } },
  ]);
  expect(told.toSorted()).toEqual(['bad', 'good']);
  const nobody = switchDevices(store, { names: ['good', 'nobody'], action: 'on' });
  await expect(nobody).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await store.rows('update device set power = null where name = $1', ['mute']);
  const mute = switchDevices(store, { names: ['mute'], action: 'cycle' });
  await expect(mute).rejects.toMatchObject({ code: 'POWER_UNKNOWN' });
  await store.rows(
    `with r as (insert into rollout (name, state, plan, digest, pins) values ('r', 'running', '{}', '', '{}') returning id)
     insert into member (rollout, device, n, place, profile, state, touched) select id, 'good', 0, 0, '', 'writing', true from r`,
  );
  const written = switchDevices(store, { names: ['good'], action: 'cycle' });
  await expect(written).rejects.toMatchObject({ code: 'WRONG_STATE' });
  const forced = await switchDevices(store, { names: ['good'], action: 'cycle', force: true });
  expect(forced).toEqual([{ name: 'good' }]);
  await store.rows("update device set rescue = 'netboot' where name = $1", ['good']);
  const rescued = await switchDevices(store, { names: ['good'], action: 'cycle' });
  expect(rescued).toEqual([{ name: 'good' }]);
});

it('cuts no power from the first write on, unless the network leads back', () => {
  const device = { state: 'writing', touched: true, quarantined: false, rescue: null };
  expect(whyNotToCut(device)).toBe('is being written to');
  expect(whyNotToCut({ ...device, rescue: 'netboot' })).toBeUndefined();
  expect(whyNotToCut({ ...device, state: 'preparing', touched: false })).toBeUndefined();
  // A station that was killed has left it so.
  expect(whyNotToCut({ ...device, state: 'queued' })).toBe('is being written to');
  expect(whyNotToCut({ ...device, state: 'confirming' })).toBe('is being written to');
  const failed = { ...device, state: 'failed' };
  expect(whyNotToCut({ ...failed, quarantined: true })).toMatch('half-written');
  // Somebody has looked since, or it went back to its old system.
  expect(whyNotToCut(failed)).toBeUndefined();
  expect(whyNotToCut({ ...device, state: 'done' })).toBeUndefined();
});
