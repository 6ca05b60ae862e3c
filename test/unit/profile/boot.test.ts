import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadProfile } from '../../../src/profile/load.js';
import { storedProfile } from '../../../src/profile/stored.js';

const folder = mkdtempSync(join(tmpdir(), 'levitate-boot-'));
const load = (boot: string, keep = '') => {
  const path = join(folder, 'p.yaml');
  const targets =
    'x: { block: /dev/x }, y: { block: /dev/y }, z: { block: /dev/z }, w: { sysupgrade: { mtd: ubi } }';
  writeFileSync(
    path,
    `name: p\narch: armv7\nflash:\n  targets: { ${targets} }\n${keep}boot:\n${boot}`,
  );
  return loadProfile(path);
};
const head = '  loader: grubenv\n  environment: { device: /dev/v2, file: /grub/grubenv }\n';
const a = '{ root: /dev/x, targets: { rootfs: x } }';
const b = '{ root: /dev/y, targets: { rootfs: y } }';
const slots = (first = a, second = b) => `${head}  slots: { a: ${first}, b: ${second} }\n`;

it('two slots have two tries and ten minutes, unless the profile says otherwise', async () => {
  const { boot } = await load(slots());
  expect(boot).toEqual({
    loader: 'grubenv',
    environment: [{ device: '/dev/v2', file: '/grub/grubenv' }],
    slots: {
      a: { root: '/dev/x', targets: { rootfs: 'x' } },
      b: { root: '/dev/y', targets: { rootfs: 'y' } },
    },
    ...{ tries: 2, confirmWithinSeconds: 600 },
  });
  const other = await load(`${slots()}  tries: 3\n  confirm-within: 90s\n`);
  expect(other.boot).toMatchObject({ tries: 3, confirmWithinSeconds: 90 });
});

/** Slots of a Raspberry Pi, with what stands in place of the numbers of their partitions. */
const pi = (first = 'partition: 2, ', second = 'partition: 3, ') =>
  slots(`{ ${first}${a.slice(2)}`, `{ ${second}${b.slice(2)}`).replace('grubenv', 'rpi-tryboot');

it('a Raspberry Pi starts slots by the numbers of partitions, and tries one once', async () => {
  const profile = await load(pi());
  expect(profile.boot).toMatchObject({ tries: 1, slots: { a: { partition: 2 } } });
  expect(storedProfile(JSON.parse(JSON.stringify(profile))).boot).toEqual(profile.boot);
});

it('an archive keeps them', async () => {
  const profile = await load(slots());
  expect(storedProfile(JSON.parse(JSON.stringify(profile))).boot).toEqual(profile.boot);
});

it.each([
  [`${head}  slots: { a: ${a} }\n`, 'boot.slots'],
  [slots().replace(/  environment.*\n/, ''), 'boot.environment'],
  [slots().replace(/environment: (.*)\n/, 'environment: [$1, $1]\n'), 'boot.environment'],
  [slots().replace('file: /', 'file: '), 'boot.environment.file'],
  [`${slots()}  tries: 4\n`, 'boot.tries'],
  [`${pi()}  tries: 2\n`, 'boot.tries'],
  [pi('', undefined), 'boot.slots.a.partition'],
  [pi('partition: 3, '), 'boot.slots.b.partition'],
  [slots(`{ partition: 2, ${a.slice(2)}`), 'boot.slots.a.partition'],
  [`${slots()}  confirm-within: 500ms\n`, 'boot.confirm-within'],
  [slots(a, '{ root: /dev/x, targets: { rootfs: y } }'), 'boot.slots.b.root'],
  [slots(a, '{ root: /dev/y, targets: { rootfs: x } }'), 'boot.slots.b.targets.rootfs'],
  [slots(a, '{ root: /dev/y, targets: { rootfs: none } }'), 'boot.slots.b.targets.rootfs'],
  [slots(a, '{ root: /dev/y, targets: { rootfs: w } }'), 'boot.slots.b.targets.rootfs'],
  [slots(a, '{ root: /dev/y, targets: { kernel: y } }'), 'boot.slots.b.targets'],
])('what does not go together is refused with its place', async (lines, path) => {
  await expect(load(lines)).rejects.toMatchObject({
    code: 'PROFILE_INVALID',
    data: { errors: [{ path }] },
  });
});

it('a name for images is no target', async () => {
  const named = '{ root: /dev/x, targets: { z: x } }';
  await expect(load(slots(named, '{ root: /dev/y, targets: { z: y } }'))).rejects.toMatchObject({
    data: { errors: [{ path: 'boot.slots.a.targets.z' }, { path: 'boot.slots.b.targets.z' }] },
  });
});

it('a misspelt boot loader is told which there are', async () => {
  const misspelt = slots().replace('grubenv', 'grub-env');
  await expect(load(misspelt)).rejects.toThrow(/3:|loader/);
});

const uBoot = (lines: string, more = '') =>
  `  loader: u-boot-env\n${lines}  slots: { a: { root: /dev/x, ${more}targets: { rootfs: x } }, b: ${b} }\n`;
const two = "  environment: ['/dev/mtd1 0x0 0x10000', { device: /dev/v1, file: /uboot.env }]\n";
const own = (values: string) =>
  uBoot(
    `${two}  variables: { starts: slot, try: { slot: $slot, trial: 1, ${values} }, start: { slot: $slot, trial: 0 } }\n`,
  );

it('an environment of U-Boot, and what its variables say', async () => {
  const device = await load(uBoot('', 'called: A, '));
  expect(device.boot).toMatchObject({ environment: [], slots: { a: { called: 'A' } } });
  const { boot } = await load(own('tries: $tries'));
  expect(boot).toMatchObject({
    environment: ['/dev/mtd1 0x0 0x10000', { device: '/dev/v1', file: '/uboot.env' }],
    variables: {
      starts: 'slot',
      try: { slot: '$slot', trial: '1', tries: '$tries' },
      start: { slot: '$slot', trial: '0' },
    },
  });
  expect(storedProfile(JSON.parse(JSON.stringify(await load(own('x: 1'))))).boot).toMatchObject({
    variables: { try: { x: '1' } },
  });
  const single = '  environment: { device: /dev/v1, file: /e }\n';
  await expect(load(uBoot(`${single}  accept-single-copy: true\n`))).resolves.toMatchObject({
    boot: { acceptSingleCopy: true },
  });
});

it.each([
  [uBoot('  environment: { device: /dev/v1, file: /e }\n'), 'boot.environment'],
  [uBoot("  environment: ['/dev/mtd1 0x0', '/dev/mtd2 0 0x1000']\n"), 'boot.environment'],
  [uBoot("  environment: ['/boot/a 0 0x1000', '/boot/b 0 0x1000']\n"), 'boot.environment'],
  [uBoot(two, 'called: b, '), 'boot.slots.b.called'],
  [`${slots()}  variables: rauc\n`, 'boot.variables'],
  [slots().replace(/environment.*/, "environment: '/dev/mtd1 0 0x1000'"), 'boot.environment'],
  [slots('{ root: /dev/x, called: A, targets: { rootfs: x } }'), 'boot.slots.a.called'],
  [own('ethaddr: $slot').replace('trial: 0', 'trial: 0, y: 1'), 'boot.variables.try'],
  [
    uBoot(`${two}  variables: { starts: x, try: { x: 1 }, start: { x: 1 } }\n`),
    'boot.variables.starts',
  ],
])('what breaks U-Boot is refused with its place', async (lines, path) => {
  await expect(load(lines)).rejects.toMatchObject({ code: 'PROFILE_INVALID' });
  await expect(load(lines)).rejects.toMatchObject({
    data: { errors: expect.arrayContaining([expect.objectContaining({ path })]) as unknown },
  });
});

it.each(["'a; reset'", "'$x'", "'a\"b'", "'-n'", "'a = b'"])(
  'a value that a script takes apart is refused: %s',
  async (value) => {
    await expect(load(own(`x: ${value}`))).rejects.toMatchObject({ code: 'PROFILE_INVALID' });
  },
);

it('nothing is kept into a slot', async () => {
  const kept = (into: string) => `  keep: { paths: [/etc/x], into: ${into} }\n`;
  await expect(load(slots(), kept('z'))).resolves.toMatchObject({ keep: { into: 'z' } });
  await expect(load(slots(), kept('y'))).rejects.toMatchObject({
    data: { errors: [{ path: 'flash.keep' }] },
  });
});
