import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { flattened } from '../../../src/boot-image/fdt.js';
import { bootImages, type BootImageOptions } from '../../../src/operations/build/boot-images.js';
import type { Architecture } from '../../../src/profile/schema.js';
import { aProfile } from '../rootfs/a-profile.js';

let folder: string;
const at = (name: string): string => join(folder, name);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-netboot-'));
  await writeFile(at('archive.gz'), 'an archive');
  await writeFile(at('Image'), 'a kernel');
  await writeFile(at('dtb'), flattened({ properties: { compatible: 'acme,ap-2' }, nodes: {} }));
});
afterEach(() => rm(folder, { recursive: true }));

/** Lays an archive out below `tftp`, and gives what is in each file there, where that is text. */
async function laidOut(
  options: BootImageOptions,
  arch: Architecture = 'aarch64',
): Promise<Record<string, string>> {
  const given = { netboot: at('tftp'), kernel: at('Image'), ...options };
  const make = await bootImages(aProfile({ name: 'ap', arch }), given);
  const { netboot } = await make(at('archive.gz'));
  const files = await Promise.all(
    (netboot?.files ?? []).map(async (path) => [path, await readFile(at(`tftp/${path}`), 'utf8')]),
  );
  return Object.fromEntries(files) as Record<string, string>;
}

test('for each board that asks: U-Boot, iPXE and GRUB find it', async () => {
  const files = await laidOut({ dtb: at('dtb'), append: 'console=ttyAMA0' });
  expect(Object.keys(files)).toEqual([
    ...['kernel', 'uInitrd', 'archive', 'dtb'].map((name) => `levitate/default/${name}`),
    ...['pxelinux.cfg/default', 'boot.scr.uimg', 'boot.ipxe', 'ipxe/default.ipxe', 'grub/grub.cfg'],
  ]);
  expect(files['levitate/default/kernel']).toBe('a kernel');
  expect(files['levitate/default/archive']).toBe('an archive');
  expect(files['pxelinux.cfg/default']).toBe(`# levitate ap
default levitate
prompt 0
label levitate
  kernel levitate/default/kernel
  initrd levitate/default/uInitrd
  fdt levitate/default/dtb
  append panic=10 console=ttyAMA0
`);
  expect(files['ipxe/default.ipxe']).toBe(`#!ipxe
# levitate ap
kernel ../levitate/default/kernel initrd=archive panic=10 console=ttyAMA0
initrd ../levitate/default/archive
boot
`);
  expect(files['grub/grub.cfg']).toContain(
    '  linux /levitate/default/kernel panic=10 console=ttyAMA0\n  initrd /levitate/default/archive\n',
  );
});

test("the script is one in the words of U-Boot's own tool", async () => {
  await laidOut({});
  const dumpimage = (...words: string[]) =>
    execFileSync('dumpimage', words, { encoding: 'utf8', stdio: 'pipe' });
  expect(dumpimage('-l', at('tftp/boot.scr.uimg'))).toMatch(
    /AArch64 Linux Script \(uncompressed\)/,
  );
  await writeFile(at('commands'), 'if pxe get; then pxe boot; fi\n');
  execFileSync(
    'mkimage',
    [
      ...['-A', 'arm64', '-O', 'linux', '-T', 'script', '-C', 'none', '-n', 'levitate'],
      ...['-d', at('commands'), at('theirs')],
    ],
    { stdio: 'pipe', env: { ...process.env, SOURCE_DATE_EPOCH: '0' } },
  );
  expect((await readFile(at('theirs'))).equals(await readFile(at('tftp/boot.scr.uimg')))).toBe(
    true,
  );
});

test('for one device, beside those of others', async () => {
  await laidOut({});
  const files = await laidOut({ netbootFor: '52:54:00:AB:cd:01' });
  expect(Object.keys(files)).toEqual([
    ...['kernel', 'uInitrd', 'archive'].map((name) => `levitate/52-54-00-ab-cd-01/${name}`),
    ...['pxelinux.cfg/01-52-54-00-ab-cd-01', 'boot.scr.uimg', 'boot.ipxe'],
    ...['ipxe/52-54-00-ab-cd-01.ipxe', 'grub/grub.cfg-01-52-54-00-ab-cd-01'],
  ]);
  expect(files['ipxe/52-54-00-ab-cd-01.ipxe']).toContain('../levitate/52-54-00-ab-cd-01/kernel');
  expect(await readFile(at('tftp/pxelinux.cfg/default'), 'utf8')).toContain('levitate/default/');
});

test('a PC has no U-Boot, and PXELINUX takes the archive as it is', async () => {
  const files = await laidOut({}, 'x86_64');
  expect(Object.keys(files)).toEqual([
    ...['levitate/default/kernel', 'levitate/default/archive', 'pxelinux.cfg/default'],
    ...['boot.ipxe', 'ipxe/default.ipxe', 'grub/grub.cfg'],
  ]);
  expect(files['pxelinux.cfg/default']).toContain('  initrd levitate/default/archive\n');
});

test('a board with U-Boot alone gets nothing for PCs', async () => {
  expect(Object.keys(await laidOut({}, 'mipsel'))).toEqual([
    ...['levitate/default/kernel', 'levitate/default/uInitrd'],
    ...['pxelinux.cfg/default', 'boot.scr.uimg'],
  ]);
});

test('a Raspberry Pi looks in the folder with its serial number', async () => {
  const append = 'console=serial0,115200';
  const files = await laidOut({ netbootFor: '100000005a3c91e7', dtb: at('dtb'), append });
  expect(Object.keys(files)).toEqual(
    ['kernel.img', 'archive', 'levitate.dtb', 'config.txt', 'cmdline.txt'].map(
      (name) => `5a3c91e7/${name}`,
    ),
  );
  expect(files['5a3c91e7/config.txt']).toBe(`# levitate ap
arm_64bit=1
kernel=kernel.img
initramfs archive followkernel
device_tree=levitate.dtb
`);
  expect(files['5a3c91e7/cmdline.txt']).toBe('panic=10 console=serial0,115200\n');
  // A second time it takes the place of its own.
  await laidOut({ netbootFor: '5A3C91E7' });
});

test.each<[string, BootImageOptions, object, Architecture?]>([
  ['without a kernel', { netboot: 'x', kernel: undefined! }, { code: 'USAGE' }],
  ['without a folder', { netboot: undefined!, append: 'quiet' }, { code: 'USAGE' }],
  ['a device of another name', { netbootFor: 'lab-7' }, { code: 'USAGE' }],
  ['half an address', { netbootFor: '52:54:00:ab:cd' }, { code: 'USAGE' }],
  ['two lines for a kernel', { append: 'a\nb' }, { code: 'USAGE' }],
  ['a Raspberry Pi that is a PC', { netbootFor: '5a3c91e7' }, { code: 'USAGE' }, 'x86_64'],
])('refused: %s', async (_, options, error, arch) => {
  await expect(laidOut(options, arch)).rejects.toMatchObject(error);
});

test.each(['pxelinux.cfg/default', 'boot.scr.uimg', 'boot.ipxe', 'grub/grub.cfg'])(
  'what somebody else has laid out there stays: %s',
  async (path) => {
    await mkdir(dirname(at(`tftp/${path}`)), { recursive: true });
    await writeFile(at(`tftp/${path}`), 'of somebody else');
    await expect(laidOut({})).rejects.toMatchObject({
      code: 'OUTPUT_FAILED',
      message: expect.stringContaining(path) as string,
    });
    expect(await readFile(at(`tftp/${path}`), 'utf8')).toBe('of somebody else');
  },
);
