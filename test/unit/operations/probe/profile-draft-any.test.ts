/** Whatever a device calls itself and its parts, the profile that `probe` writes is one that `build` takes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  debianArchitectureOf,
  draftProfile,
} from '../../../../src/operations/probe/profile-draft.js';
import { loadProfile } from '../../../../src/profile/load.js';
import { Random } from '../../../fuzz/random.js';
import { invented } from '../recorded/index.js';

const odd = [
  ...[
    'cciss!c0d0',
    'cciss!c0d0p1',
    '',
    ' ',
    '-',
    '- x',
    '#',
    'a # b',
    ': ',
    'a: b',
    'x:',
    '!x',
    '&x',
    '*x',
    '%x',
  ],
  ...[
    '@x',
    '`x',
    '"',
    "'",
    '\\',
    '[',
    ']',
    '{',
    '}',
    ',',
    '|',
    '>',
    '?',
    '~',
    '~/x',
    'null',
    'true',
    'no',
    'y',
    '<<',
  ],
  ...[
    '1.10',
    '0x1f',
    '1e3',
    '.inf',
    '2001-01-01',
    '012',
    'é',
    '名前',
    '\u{1f600}',
    '\u2028',
    '\u2029',
    '\u0085',
  ],
  ...[
    '\ufeff',
    '\u200e',
    '\u0007',
    '\u001b]0;x',
    '\r',
    '\t',
    '\v',
    'a\tb',
    '/',
    '../..',
    '/dev/sda',
    'mtd0',
    'mtd5',
  ],
  ...[
    'a'.repeat(500),
    '-'.repeat(80),
    '--- x',
    '...',
    'constructor',
    '__proto__',
    'toString',
    '\ufffd',
    '$(id)',
  ],
];

function anyDevice(random: Random) {
  const name = () =>
    Array.from({ length: 1 + random.below(3) }, () => random.pick(odd)).join(
      random.pick(['', ' ', '-']),
    );
  const some = <T>(make: (index: number) => T) =>
    Array.from({ length: random.below(5) }, (_, index) => make(index));
  const word = () => name().replaceAll(' ', '') || 'x';
  const number = () => random.pick(['0', '1', '131072', '98304', '9007199254740991']);
  const disks = some(word);
  return invented(
    `hostname=${name()}`,
    `kernel=${word()}k`,
    `memtotal-kib=${random.pick(['', 'x', '1', '60000', '99999999999'])}`,
    `memavailable-kib=${random.pick(['', 'x', '1', '60000', '99999999999'])}`,
    ...some(() => `compatible=${name()}`),
    ...some((index) => `mtd=mtd${index} 00030000 00010000 ${name()}`),
    ...some((index) => `mtd-type=mtd${index} ${random.pick(['nor', 'nand', 'ram', word()])}`),
    ...some((index) => `ubi=ubi${index} mtd${index}`),
    ...some((index) => `ubi-volume=ubi${random.below(3)}_${index} 10 126976 ${name()}`),
    ...disks.map((disk) => `block=${disk} ${number() === '0' ? '0' : '98304'}`),
    ...disks.map(
      (disk, index) =>
        `disk=${disk} ${index > 0 && random.once(2) ? disks[0] : '-'} ${random.below(2)} ${name()}`,
    ),
    ...some(() => `mounted=${random.pick([...disks, 'ubi0:x'])} ro ext4 /${name()}`),
    ...some(
      (index) =>
        `watchdog=watchdog${index} ${random.pick(['active', 'inactive', ''])} ${number()} 1 ${name()}`,
    ),
    ...some(() => `watchdog-feeder=${random.pick(['watchdog0', word()])} 1 ${name()}`),
    ...some(() => `interface=${word()} ${random.pick(['wired', 'wifi', word()])} up -`),
    ...some(() => `address=${word()} ${name()}`),
    ...some(() => `console=${name()}`),
  );
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-probed-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each(Array.from({ length: 16 }, (_, seed) => seed))('devices of seed %i', async (seed) => {
  const random = new Random(`device ${seed}`);
  for (let count = 0; count < 25; count += 1) {
    const { facts, probed } = anyDevice(random);
    const arch = random.pick(['x86_64', 'mips', 'riscv64'] as const);
    const text = draftProfile(debianArchitectureOf(facts, probed) ?? arch, facts, probed);
    const path = join(folder, 'probed.yaml');
    await writeFile(path, text);
    const profile = await loadProfile(path).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${text}`, { cause: error });
    });
    // What the device says is in no place but where a profile has it.
    expect(Object.keys(profile.services.extra)).toEqual([]);
    expect(profile.safety.contactTimeoutSeconds).toBe(180);
  }
});

it('a disk with a slash in its name is named by its node', async () => {
  const { facts, probed } = invented(
    'block=cciss!c0d0 98304',
    'block=cciss!c0d0p1 8192',
    'block=cciss!c0d0p2 8192',
    'disk=cciss!c0d0 - 0 ',
    'disk=cciss!c0d0p1 cciss!c0d0 0 ',
    'disk=cciss!c0d0p2 cciss!c0d0 0 ',
    'swap=/dev/cciss/c0d0p2',
  );
  const path = join(folder, 'cciss.yaml');
  await writeFile(path, draftProfile('x86_64', facts, probed));
  expect((await loadProfile(path)).targets).toEqual({
    disk: { block: '/dev/cciss/c0d0' },
    'cciss-c0d0p1': { block: '/dev/cciss/c0d0p1' },
  });
});
