import { expect, it } from 'vitest';
import { normalise } from '../../../src/profile/normalise.js';
import { parseProfile } from '../../../src/profile/parse.js';
import { storedProfile } from '../../../src/profile/stored.js';

const load = (boot: string) =>
  normalise(
    parseProfile(
      `name: p\narch: x86_64\nflash:\n  targets: { x: { block: /dev/x }, y: { block: /dev/y } }\nboot:\n${boot}`,
      'p.yaml',
    ).raw,
    { authorizedKeys: [], files: {}, sysroots: {} },
  );

const slot = (name: string, target: string, more = '') =>
  `    ${name}: { root: /dev/${target}, targets: { rootfs: ${target} }${more} }\n`;
const starts = (name: string) =>
  `, starts: { file: /${name}/vmlinuz, options: 'quiet initrd=\\${name}\\i' }`;
const copies = ', copies: { onto: /dev/esp, files: { /boot/vmlinuz: /a/vmlinuz } }';
const efi = (first = starts('a'), second = starts('b')) =>
  `  loader: efi\n  slots:\n${slot('a', 'x', first)}${slot('b', 'y', second)}`;

it('UEFI has one try, and says what it starts', () => {
  const profile = load(efi(`${starts('a')}${copies}`));
  expect(profile.boot).toMatchObject({
    ...{ tries: 1, environment: [] },
    slots: {
      a: {
        starts: { file: '/a/vmlinuz', options: 'quiet initrd=\\a\\i' },
        copies: { onto: '/dev/esp', files: { '/boot/vmlinuz': '/a/vmlinuz' } },
      },
    },
  });
  expect(storedProfile(JSON.parse(JSON.stringify(profile))).boot).toEqual(profile.boot);
});

it.each([
  [`${efi()}  tries: 2\n`, 'boot.tries'],
  [efi(starts('a'), ''), 'boot.slots.b.starts'],
  [efi(starts('a'), starts('A')), 'boot.slots.b.starts'],
  [`${efi()}  environment: { device: /dev/esp, file: /loader }\n`, 'boot.environment'],
  [
    efi(starts('a'), '').replace(
      'efi\n',
      'systemd-boot\n  environment: { device: /dev/esp, file: /loader/entries }\n',
    ),
    'boot.slots.a.starts',
  ],
])('what does not go together is refused with its place', (lines, path) => {
  expect(() => load(lines)).toThrow(
    expect.objectContaining({
      code: 'PROFILE_INVALID',
      data: expect.objectContaining({ errors: [expect.objectContaining({ path })] }) as object,
    }) as Error,
  );
});
