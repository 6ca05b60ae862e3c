import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LevitateError } from '../../../src/errors.js';
import { loadProfile } from '../../../src/profile/load.js';
import type { Problem } from '../../../src/profile/problem.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-profile-'));
});
afterAll(() => rm(folder, { recursive: true }));

const minimal = 'name: test\narch: x86_64\n';
let count = 0;

async function write(text: string, name = `${count++}.yaml`): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function failure(text: string): Promise<LevitateError> {
  const error: unknown = await loadProfile(await write(text)).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(LevitateError);
  return error as LevitateError;
}

async function problems(text: string): Promise<Problem[]> {
  const error = await failure(text);
  expect(error.code).toBe('PROFILE_INVALID');
  return error.data!['errors'] as Problem[];
}

test('fills in every default', async () => {
  expect(await loadProfile(await write(minimal))).toEqual({
    name: 'test',
    arch: 'x86_64',
    compatible: [],
    root: {
      from: [
        { kind: 'ready', given: 'default' },
        { kind: 'debian', release: undefined },
      ],
      ...{ tools: [], files: {}, modules: [] },
    },
    archive: { compression: 'gzip' },
    services: {
      network: 'keep',
      sshd: {
        port: undefined,
        hostKeys: 'keep',
        keepAuthorizedKeys: true,
        agentKeys: false,
        authorizedKeys: [],
      },
      watchdog: undefined,
      getty: undefined,
      extra: [],
    },
    safety: { contactTimeoutSeconds: 180, idleTimeoutSeconds: 1800, ramReserveBytes: 8388608 },
    targets: {},
    confirm: { build: undefined, hostKey: 'same', timeoutSeconds: 300 },
  });
});

test('a ready root is passed over where others are named, and not where it is the only source', async () => {
  const from = async (text: string) =>
    (await loadProfile(await write(`${minimal}root: { from: ${text} }\n`))).root.from;
  expect(await from('ready')).toEqual([{ kind: 'ready', given: 'alone' }]);
  expect(await from('[ready]')).toEqual([{ kind: 'ready', given: 'alone' }]);
  expect(await from('[ready, device]')).toEqual([
    { kind: 'ready', given: 'listed' },
    { kind: 'device' },
  ]);
});

test('resolves units, files and keys', async () => {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'ops')]);
  await write('hello\n', 'motd');
  const profile = await loadProfile(
    await write(
      `${minimal}root: { from: { debian: bookworm }, files: { /etc/motd: ./motd } }\n` +
        'services: { sshd: { port: 2222, authorized-keys: [ops.pub] }, watchdog: { feed: 2s } }\n' +
        'safety: { contact-timeout: 1h, ram-reserve: 512KiB }\n',
    ),
  );
  expect(profile.root.files).toEqual({ '/etc/motd': join(folder, 'motd') });
  expect(profile.root.from).toEqual([{ kind: 'debian', release: 'bookworm' }]);
  expect(profile.services.sshd).toEqual({
    port: 2222,
    hostKeys: 'keep',
    keepAuthorizedKeys: false,
    agentKeys: false,
    authorizedKeys: [(await readFile(join(folder, 'ops.pub'), 'utf8')).trim()],
  });
  const watchdog = { device: '/dev/watchdog', feedSeconds: 2, timeoutSeconds: 30 };
  expect(profile.services.watchdog).toEqual(watchdog);
  expect(profile.safety.contactTimeoutSeconds).toBe(3600);
  expect(profile.safety.ramReserveBytes).toBe(524288);
});

test("a Wi-Fi configuration of this machine becomes the root's", async () => {
  await write('network={}\n', 'wifi.conf');
  const services = (file: string) => `${minimal}services: { wifi: { configuration: ${file} } }\n`;
  const profile = await loadProfile(await write(services('wifi.conf')));
  expect(profile.services.wifi).toEqual({ interface: undefined, configuration: 'own' });
  expect(profile.root.files).toEqual({
    '/etc/wpa_supplicant/wpa_supplicant.conf': join(folder, 'wifi.conf'),
  });
  expect((await loadProfile(await write(services('keep')))).root.files).toEqual({});
  expect(await problems(services('gone.conf'))).toMatchObject([
    { path: 'services.wifi.configuration' },
  ]);
});

describe('mistakes', () => {
  test.each([
    ['name: x\narhc: x86_64\n', 2, 1, 'arhc', 'arch'],
    [
      `${minimal}flash: { targets: { disk: { blok: /dev/vda } } }\n`,
      3,
      29,
      'flash.targets.disk.blok',
      'block',
    ],
    [
      `${minimal}flash:\n  targets:\n    p: { partition: { lable: a } }\n`,
      5,
      23,
      'flash.targets.p.partition.lable',
      'label',
    ],
    [`${minimal}services: { network: keeep }\n`, 3, 22, 'services.network', 'keep'],
    [
      `${minimal}services:\n  sshd: { host-kys: keep }\n`,
      4,
      11,
      'services.sshd.host-kys',
      'host-keys',
    ],
    [`name: x\narch: x86-64\n`, 2, 7, 'arch', 'x86_64'],
  ])(
    'a misspelt word is one mistake, with its place and the nearest word: %j',
    async (text, line, column, path, nearest) => {
      expect(await problems(text)).toMatchObject([{ line, column, path, nearest }]);
    },
  );

  test.each([
    ['name: x\n', 1, 1, 'arch', /x86_64, i686/],
    [
      `${minimal}flash: { targets: { q: {} } }\n`,
      3,
      24,
      'flash.targets.q',
      /block: .*partition: .*ubi: .*ubi-volume: /,
    ],
    [
      `${minimal}flash: { targets: { v: { ubi-volume: a } } }\n`,
      3,
      21,
      'flash.targets.v.on',
      /mtd/,
    ],
    [
      `${minimal}flash: { targets: { Vo: { block: /dev/a } } }\n`,
      3,
      21,
      'flash.targets.Vo',
      /lower-case/,
    ],
    [
      `${minimal}services: { watchdog: { feed: 40s } }\n`,
      3,
      31,
      'services.watchdog.feed',
      /shorter than timeout/,
    ],
    [`${minimal}safety: { contact-timeout: 0s }\n`, 3, 28, 'safety.contact-timeout', /at least 1s/],
    [`${minimal}safety: { ram-reserve: 8MB }\n`, 3, 24, 'safety.ram-reserve', /MiB/],
    [
      `${minimal}services: { network: { address: 1.2.3.400/24 } }\n`,
      3,
      33,
      'services.network.address',
      /address with its prefix/,
    ],
    [
      `${minimal}services: { network: { address: 1.2.3.4/24, gateway: "fe80::1" } }\n`,
      3,
      54,
      'services.network.gateway',
      /IPv4/,
    ],
    [
      `${minimal}flash: { targets: { a: { block: /dev/a }, b: { block: /dev/a } } }\n`,
      3,
      46,
      'flash.targets.b',
      /other than that of "a"/,
    ],
    [
      `${minimal}root: { files: { /etc/levitate/levitate.conf: x } }\n`,
      3,
      18,
      'root.files["/etc/levitate/levitate.conf"]',
      /levitate's own/,
    ],
    [
      `${minimal}root: { files: { /etc/../init: x } }\n`,
      3,
      18,
      'root.files["/etc/../init"]',
      /path in the root/,
    ],
    [
      `${minimal}root: { files: { /etc/motd: none } }\n`,
      3,
      29,
      'root.files["/etc/motd"]',
      /relative to the profile/,
    ],
    ['', 1, 1, '', /a map with name and arch/],
  ])('%j', async (text, line, column, path, expected) => {
    const [problem, ...others] = await problems(text);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ line, column, path });
    expect(problem!.expected).toMatch(expected);
  });

  test('all of them come at once, in the order of the file', async () => {
    const found = await problems('name: No\narch: z80\nsafety: { idle-timeout: soon }\nflsh: 1\n');
    expect(found.map(({ path, line }) => [path, line])).toEqual([
      ['name', 1],
      ['arch', 2],
      ['safety.idle-timeout', 3],
      ['flsh', 4],
    ]);
  });

  test('the message names file, line and column of each', async () => {
    const { message, data } = await failure('name: x\narhc: x86_64\n');
    const [{ file }] = data!['errors'] as [Problem];
    expect(message).toContain(`${file}:2:1: arhc: found key "arhc"; did you mean "arch"?`);
  });

  test('an aliased map is placed where it stands', async () => {
    const found = await problems(`${minimal}flash: { targets: { a: &d { blok: x } , b: *d } }\n`);
    expect(found.map(({ path }) => path)).toEqual(['flash.targets.a.blok', 'flash.targets.b.blok']);
  });
});

describe('keys', () => {
  test('a private key is refused, and nothing of it is repeated', async () => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'secret')]);
    const error = await failure(`${minimal}services: { sshd: { authorized-keys: [secret] } }\n`);
    expect(error.message).toMatch(/PRIVATE key/);
    const secret = (await readFile(join(folder, 'secret'), 'utf8')).split('\n')[1]!;
    expect(JSON.stringify([error.message, error.data])).not.toContain(secret.slice(0, 20));
  });

  test('a host key goes into the archive, and not into what is stored of the profile', async () => {
    const [plain, locked] = [join(folder, 'host'), join(folder, 'locked')];
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', plain]);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-f', locked]);
    const path = await write(`${minimal}services: { sshd: { host-keys: host } }\n`);
    const inputs = new Set<string>();
    const profile = await loadProfile(path, inputs);
    expect(profile.services.sshd.hostKeys).toBe('own');
    expect(profile.root.files).toEqual({ '/etc/levitate/host_key': plain });
    expect(inputs).toContain(plain);
    const wrong = { 'host.pub': /no private key/, locked: /passphrase/, keeep: /not there/ };
    for (const [name, found] of Object.entries(wrong))
      expect(
        await problems(`${minimal}services: { sshd: { host-keys: ${name} } }\n`),
      ).toMatchObject([
        { path: 'services.sshd.host-keys', found: expect.stringMatching(found) as string },
      ]);
  });

  test.each([
    'ssh-ed25519 AAAA',
    'hello',
    '# only a comment',
    'ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIA==',
  ])('what is no public key is refused: %j', async (text) => {
    await write(text, 'no.pub');
    const found = await problems(`${minimal}services: { sshd: { authorized-keys: [no.pub] } }\n`);
    expect(found).toMatchObject([{ path: 'services.sshd.authorized-keys[0]' }]);
  });

  test('a private key pasted into the profile is not repeated', async () => {
    const error = await failure(
      `${minimal}services: { network: "-----BEGIN OPENSSH PRIVATE KEY----- c2VjcmV0" }\n`,
    );
    expect(error.message).not.toContain('c2VjcmV0');
  });
});

test('what is not YAML has a place too', async () => {
  const error = await failure('name: x\narch: [\n');
  expect(error.code).toBe('PROFILE_SYNTAX');
  expect(error.message).toMatch(/\.yaml:3:1: /);
});

test.each([
  'a: 1\na: 2\n',
  'x: *nothing\n',
  `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c]\n`,
])('hostile YAML is a syntax error: %j', async (text) => {
  expect((await failure(text)).code).toBe('PROFILE_SYNTAX');
});

test('a file that is not there', async () => {
  await expect(loadProfile(join(folder, 'none.yaml'))).rejects.toMatchObject({
    code: 'PROFILE_UNREADABLE',
    exit: 2,
  });
});
