/** Profiles that nobody means to write: values that YAML takes for something else, names of other tools, bombs. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LevitateError } from '../../../src/errors.js';
import { loadProfile } from '../../../src/profile/load.js';
import { parseProfile } from '../../../src/profile/parse.js';
import type { Problem } from '../../../src/profile/problem.js';

const head = 'name: x\narch: x86_64\n';

function failure(text: string): LevitateError {
  try {
    parseProfile(text, 'p.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(LevitateError);
    return error as LevitateError;
  }
  throw new Error('the profile was taken');
}
const problems = (text: string) => failure(text).data?.['errors'] as Problem[];

const build = (value: string) =>
  `${head}confirm: { build: { read: [cat, /etc/build], expect: ${value} } }\n`;

describe('a value that YAML takes for something else than text', () => {
  it.each([
    '1.10',
    '23e4',
    '0123',
    '0x1F',
    '0o17',
    '-0',
    '.5',
    '1e3',
    '.inf',
    '.NaN',
    'true',
    'False',
    'null',
    '~',
    '+1',
  ])('is shown as it stands, and with quotes: %s', (value) => {
    const error = failure(build(value));
    expect(error.data?.['errors']).toMatchObject([
      { path: 'confirm.build.expect', found: value, quoted: JSON.stringify(value), line: 3 },
    ]);
    expect(error.message).toContain(`write "${value}"`);
    expect(parseProfile(build(JSON.stringify(value)), 'p').raw.confirm?.build?.expect).toBe(value);
  });

  it.each(['no', 'yes', 'on', '2024-01-02', '1_000', '1:30', '1.2.3', 'v1', '0b1'])(
    'and what is text in YAML 1.2 is: %s',
    (value) => {
      expect(parseProfile(build(value), 'p').raw.confirm?.build?.expect).toBe(value);
    },
  );

  it.each([
    ['flash: { targets: { a: { mtd: 3 } } }', 'flash.targets.a.mtd', '"3"'],
    [
      'flash: { targets: { a: { partition: { label: 01 } } } }',
      'flash.targets.a.partition.label',
      '"01"',
    ],
    [
      'flash: { targets: { a: { partition: { uuid: 12345678 } } } }',
      'flash.targets.a.partition.uuid',
      '"12345678"',
    ],
    [
      'flash: { targets: { a: { ubi-volume: 0, on: { mtd: ubi } } } }',
      'flash.targets.a.ubi-volume',
      '"0"',
    ],
    ['device: { compatible: [1.0] }', 'device.compatible[0]', '"1.0"'],
    ['services: { extra: [{ name: a, run: [sleep, 5] }] }', 'services.extra[0].run[1]', '"5"'],
    ['root: { files: { /etc/a: 7 } }', 'root.files["/etc/a"]', '"7"'],
  ])('anywhere: %s', (line, path, quoted) => {
    expect(problems(`${head}${line}\n`)).toMatchObject([{ path, quoted }]);
  });

  it.each([
    'safety: { contact-timeout: 180 }',
    'name: ',
    'confirm: { host-key: no }',
    'arch: 386',
    'root: { tools: [[]] }',
  ])('and no quotes are named where they would not help: %s', (line) => {
    const text = line.startsWith('name')
      ? `${line}\narch: x86_64\n`
      : line.startsWith('arch')
        ? `name: x\n${line}\n`
        : `${head}${line}\n`;
    for (const problem of problems(text)) expect(problem.quoted).toBeUndefined();
  });
});

it.each([
  ['x86_64', 'amd64 x64 x86-64 AMD64'],
  ['i686', 'i386 i586 x86'],
  ['aarch64', 'arm64 ARM64 armv8'],
  ['armv7', 'armhf armv7l armv7a'],
  ['armv5', 'armel armv6l armv5te'],
  ['mipsel', 'mipsle'],
  ['mips64el', 'mips64le'],
  ['riscv64', 'riscv rv64gc'],
  ['ppc64le', 'ppc64el powerpc64le'],
  ['s390x', 's390'],
])('an architecture that others call by another name is told its own: %s', (arch, names) => {
  for (const name of names.split(' '))
    expect(problems(`name: x\narch: ${name}\n`)).toMatchObject([{ path: 'arch', nearest: arch }]);
});

describe('a bomb', () => {
  const many = (count: number, line: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => line(index)).join('');

  // The work is bounded by its kind: what is quadratic here takes minutes, and the test's own bound ends it.
  it.each<[string, string]>([
    ['unknown keys', head + many(10_000, (index) => `key${index}: 1\n`)],
    ['unknown keys that are near known ones', head + many(10_000, (index) => `nam${index}: 1\n`)],
    [
      'keys on one line',
      `${head}device: {${many(200_000, (index) => `k${index.toString(36)},`)}}\n`,
    ],
    [
      'targets that are none',
      `${head}flash: { targets: {${many(10_000, (index) => `t${index}: {blok: x}, `)}} }\n`,
    ],
    ['tools that are none', `${head}root: { tools: [${many(10_000, () => '{a: 1}, ')}] }\n`],
    [
      'services of one name',
      `${head}services: { extra: [${many(10_000, () => '{name: a, run: [a]}, ')}] }\n`,
    ],
    ['a long key', `${head}${'k'.repeat(1_000_000)}: 1\n`],
    ['a long value', `${head}safety: { contact-timeout: ${'s'.repeat(1_000_000)} }\n`],
    [
      'aliases of aliases',
      `${head}device: { a: &a [x,x,x,x,x,x,x,x,x]\n${many(12, (index) => `, ${'bcdefghijklm'[index]!}: &${'bcdefghijklm'[index]!} [${Array(9).fill(`*${'abcdefghijkl'[index]!}`).join(',')}]\n`)}}\n`,
    ],
    ['an alias of itself', `${head}device: &a { compatible: [*a] }\n`],
    ['deep lists', `${head}device: ${'['.repeat(100_000)}\n`],
    ['deep lists that end', `${head}device: ${'['.repeat(50_000)}${']'.repeat(50_000)}\n`],
    ['deep maps', `${head}${many(1000, (index) => `${' '.repeat(index)}a:\n`)}`],
    [
      'anchors',
      `${head}device: { compatible: [${many(50_000, (index) => `&a${index} x,`)}] }\nb: 1\n`,
    ],
    ['documents', `${head}${'---\n'.repeat(100_000)}`],
    ['comments', `${head}${'#\n'.repeat(200_000)}b: 1\n`],
    ['more than a MiB', `${head}#${' '.repeat(2 ** 20)}\n`],
  ])('of %s is refused, in few words', (_what, text) => {
    const error = failure(text);
    expect(['PROFILE_INVALID', 'PROFILE_SYNTAX']).toContain(error.code);
    expect(error.message.length).toBeLessThan(100_000);
    expect(error.hint).toBeDefined();
  });

  it('tells how many mistakes there are, and the first of them', () => {
    const error = failure(head + many(10_000, (index) => `key${index}: 1\n`));
    expect(error.message).toMatch(/^p\.yaml has 10000 mistakes, of which these are 100:\n/);
    expect(error.data?.['errors']).toHaveLength(100);
  });

  it('does not hide a key that is there twice', () => {
    expect(failure('name: x\narch: x86_64\nname: y\n').message).toMatch(/^p\.yaml:3:1: .*unique/);
    expect(failure(`${head}device: { "a": 1, a: 2 }\n`).message).toMatch(/^p\.yaml:3:19: .*unique/);
  });
});

describe('what is no profile', () => {
  let folder: string;
  const at = (name: string) => join(folder, name);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'levitate-unfriendly-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it.each<[string, (path: string) => unknown, RegExp]>([
    ['a folder', (path) => mkdir(path), /it is a folder$/],
    ['a named pipe', (path) => execFileSync('mkfifo', [path]), /it is a named pipe$/],
    [
      'an image',
      (path) => writeFile(path, Buffer.from([0x1f, 0x8b, 8, 0, 0, 0])),
      /not text, but perhaps an image$/,
    ],
    [
      'far too large',
      async (path) => {
        await writeFile(path, '');
        await truncate(path, 100 * 2 ** 20);
      },
      /it has 104857600 bytes/,
    ],
  ])('is named: %s', async (_what, make, message) => {
    await make(at('p.yaml'));
    await expect(loadProfile(at('p.yaml'))).rejects.toMatchObject({
      code: 'PROFILE_UNREADABLE',
      message: expect.stringMatching(message) as string,
    });
  });

  it.each([
    ['/dev/zero', /it is a device$/, /Name a profile/],
    ['~/p.yaml', /a ~ that nothing has expanded$/, /whole path/],
    ['~ann/p.yaml', /a ~ that nothing has expanded$/, /whole path/],
    ['$HOME/p.yaml', /a variable that nothing has expanded$/, /whole path/],
    ['https://example.org/p.yaml', /a URL, and only files are read$/, /curl/],
    ['FTP://example.org/p.yaml', /a URL, and only files are read$/, /curl/],
  ])('is named by its path: %s', async (path, message, hint) => {
    await expect(loadProfile(path)).rejects.toMatchObject({
      code: 'PROFILE_UNREADABLE',
      message: expect.stringMatching(message) as string,
      hint: expect.stringMatching(hint) as string,
    });
  });

  it.each([
    ['services: { sshd: { authorized-keys: [~/.ssh/id.pub] } }', /a ~ that nothing has expanded/],
    ['services: { sshd: { authorized-keys: [.] } }', /a folder/],
    ['root: { files: { /etc/motd: ~/motd } }', /a ~ that nothing has expanded/],
    ['root: { files: { /etc/motd: "https://example.org/motd" } }', /a URL/],
    ['root: { files: { /etc/motd: . } }', /which is a folder/],
    ['root: { files: { /etc/motd: /dev/null } }', /which is a device/],
    ['root: { from: { sysroot: ~/staging } }', /a ~ that nothing has expanded/],
  ])('is named where a profile names it: %s', async (line, found) => {
    await writeFile(at('p.yaml'), `${head}${line}\n`);
    const error: unknown = await loadProfile(at('p.yaml')).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'PROFILE_INVALID',
      data: { errors: [{ found: expect.stringMatching(found) as string }] },
    });
  });
});
