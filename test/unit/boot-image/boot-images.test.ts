import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { flattened } from '../../../src/boot-image/fdt.js';
import { uBootArchitecture } from '../../../src/boot-image/u-boot.js';
import { uInitrd } from '../../../src/boot-image/uimage.js';
import { sniff } from '../../../src/image/format/sniff.js';
import { bootImages, type BootImageOptions } from '../../../src/operations/build/boot-images.js';
import type { Architecture } from '../../../src/profile/schema.js';
import { aProfile } from '../rootfs/a-profile.js';

let folder: string;
let archive: string;
const at = (name: string): string => join(folder, name);
const archiveBytes = Buffer.alloc(12_345, 'maintenance root');
const deviceTree = flattened({
  properties: { compatible: 'acme,ap-2' },
  nodes: { memory: { properties: { reg: 64 } } },
});
const arm64Kernel = Buffer.alloc(5001, 'k');
arm64Kernel.write('ARM\x64', 56, 'latin1');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-boot-'));
  archive = at('ap.cpio.gz');
  await writeFile(archive, archiveBytes);
  await writeFile(at('Image'), arm64Kernel);
  await writeFile(at('ap.dtb'), deviceTree);
});
afterAll(() => rm(folder, { recursive: true }));

const dumpimage = (...args: string[]): string =>
  execFileSync('dumpimage', args, { encoding: 'utf8', stdio: 'pipe' });
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const wrap = async (options: BootImageOptions, arch: Architecture = 'aarch64') =>
  (await bootImages(aProfile({ name: 'ap', arch }), options))(archive);

describe('uInitrd', () => {
  test("U-Boot's own tool finds it whole and gives the archive back", async () => {
    const path = at('uInitrd');
    expect(await wrap({ uinitrd: path })).toEqual({
      uinitrd: { path, bytes: archiveBytes.length + 64 },
    });
    const listed = dumpimage('-l', path);
    expect(listed).toMatch(/Image Name: +levitate ap\n/);
    expect(listed).toMatch(/Thu Jan +1 00:00:00 1970/);
    expect(listed).toMatch(/AArch64 Linux RAMDisk Image \(uncompressed\)/);
    expect(listed).toMatch(/Data Size: +12345 Bytes/);
    dumpimage('-T', 'ramdisk', '-p', '0', '-o', at('back'), path);
    expect(archiveBytes.equals(await readFile(at('back')))).toBe(true);
    expect(sniff(await readFile(path))).toBe('uimage');
  });

  test.each([40, 64 + 5000])('it refuses one whose byte %i is another', async (place) => {
    const image = uInitrd(archiveBytes, 'mipsel', 'name');
    image[place] = image[place]! ^ 1;
    await writeFile(at('damaged'), image);
    expect(dumpImageFails('-l', at('damaged'))).toBe(true);
    image[place] = image[place]! ^ 1;
    await writeFile(at('damaged'), image);
    expect(dumpImageFails('-l', at('damaged'))).toBe(false);
  });

  test.each(Object.keys(uBootArchitecture) as Architecture[])(
    'it is for %s in the words of mkimage',
    async (arch) => {
      await writeFile(at('ours'), uInitrd(archiveBytes, arch, 'x'.repeat(40)));
      execFileSync(
        'mkimage',
        [
          ...['-A', uBootArchitecture[arch].name, '-O', 'linux', '-T', 'ramdisk', '-C', 'none'],
          ...['-n', 'x'.repeat(32), '-d', archive, at('theirs')],
        ],
        { stdio: 'pipe', env: { ...process.env, SOURCE_DATE_EPOCH: '0' } },
      );
      expect((await readFile(at('ours'))).equals(await readFile(at('theirs')))).toBe(true);
    },
  );
});

const dumpImageFails = (...args: string[]): boolean => {
  try {
    return !/Image Name/.test(dumpimage(...args));
  } catch {
    return true;
  }
};

describe('FIT', () => {
  test("U-Boot's own tool lists its parts, and each comes back with the hash that is written", async () => {
    const path = at('ap.itb');
    const made = await wrap({ fit: path, kernel: at('Image'), dtb: at('ap.dtb') });
    expect(made.fit).toEqual({ path, bytes: (await readFile(path)).length });
    expect(made.kexec).toBe(
      `kexec --load ${at('Image')} --initrd=${archive} --dtb=${at('ap.dtb')} --reuse-cmdline`,
    );
    const listed = dumpimage('-l', path);
    expect(listed).toMatch(/FIT description: levitate ap/);
    expect(listed).toMatch(/Type: +Kernel Image \(no loading done\)/);
    expect(listed).toMatch(/Type: +Flat Device Tree/);
    expect(listed).toMatch(/Type: +RAMDisk Image/);
    expect(listed).toMatch(/Default Configuration: 'levitate'/);
    expect(listed).toMatch(/Kernel: +kernel\n +Init Ramdisk: ramdisk\n +FDT: +fdt\n/);
    expect(listed.match(/Hash algo: +sha256/g)).toHaveLength(3);
    for (const [index, bytes] of [arm64Kernel, deviceTree, archiveBytes].entries()) {
      dumpimage('-T', 'flat_dt', '-p', String(index), '-o', at('part'), path);
      expect(bytes.equals(await readFile(at('part')))).toBe(true);
      expect(listed).toContain(digest(bytes));
    }
    expect(sniff(await readFile(path))).toBe('fit');
    await wrap({ fit: at('again.itb'), kernel: at('Image'), dtb: at('ap.dtb') });
    expect((await readFile(at('again.itb'))).equals(await readFile(path))).toBe(true);
  });

  test('a compressed kernel has a place', async () => {
    await writeFile(at('vmlinux.bin.gz'), gzipSync('kernel'));
    const kernel = at('vmlinux.bin.gz');
    await wrap(
      { fit: at('mips.itb'), kernel, kernelAt: { load: 0x80001000, entry: 0x80001400 } },
      'mipsel',
    );
    const listed = dumpimage('-l', at('mips.itb'));
    expect(listed).toMatch(/Compression: +gzip compressed/);
    expect(listed).toMatch(/Load Address: 0x80001000\n +Entry Point: +0x80001400/);
    expect(listed).toMatch(/Architecture: MIPS\n/);
    expect(listed).not.toMatch(/FDT/);
  });

  test.each<[string, BootImageOptions | (() => BootImageOptions), Architecture, string]>([
    ['no kernel', { fit: 'x.itb' }, 'aarch64', 'USAGE'],
    ['a device tree alone', () => ({ dtb: at('ap.dtb') }), 'aarch64', 'USAGE'],
    ['a kernel that must have a place', () => ({ kernel: at('mips') }), 'mipsel', 'USAGE'],
    [
      'a kernel for another machine',
      () => ({ kernel: at('Image') }),
      'armv7',
      'WRONG_ARCHITECTURE',
    ],
    ['an ELF kernel', () => ({ kernel: at('elf') }), 'aarch64', 'IMAGE_FORMAT'],
    ['a uImage', () => ({ kernel: at('uimage') }), 'aarch64', 'IMAGE_FORMAT'],
    ['a kernel that is not there', () => ({ kernel: at('none') }), 'aarch64', 'IMAGE_UNREADABLE'],
    [
      'a device tree that is cut short',
      () => ({ kernel: at('Image'), dtb: at('short.dtb') }),
      'aarch64',
      'IMAGE_FORMAT',
    ],
  ])('%s is refused before anything is built', async (_what, options, arch, code) => {
    await writeFile(at('mips'), 'kernel');
    await writeFile(at('elf'), '\x7fELF\x02\x01');
    await writeFile(at('uimage'), uInitrd(archiveBytes, arch, 'kernel'));
    await writeFile(at('short.dtb'), deviceTree.subarray(0, -1));
    const given = typeof options === 'function' ? options() : options;
    const before = await readdir(folder);
    await expect(
      bootImages(aProfile({ arch }), { ...given, ...(given.kernel ? { fit: at('no.itb') } : {}) }),
    ).rejects.toMatchObject({ code, exit: 2 });
    expect(await readdir(folder)).toEqual(before);
  });
});
