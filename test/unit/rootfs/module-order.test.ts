import { expect, test } from 'vitest';
import { moduleCatalogue } from '../../../src/rootfs/module-catalogue.js';
import { readModuleInfo } from '../../../src/rootfs/modinfo.js';
import { orderModules } from '../../../src/rootfs/module-order.js';
import { makeModule } from './make-module.js';

type Modules = Record<string, Parameters<typeof makeModule>[0]>;
type Tables = Parameters<typeof moduleCatalogue>[1];

/** The order of modules that say this of themselves, and of the tables beside them; `?` behind those that may fail. */
async function order(names: string[], modules: Modules, tables: Tables = {}): Promise<string[]> {
  const catalogue = moduleCatalogue(Object.keys(modules), tables);
  const look = (paths: string[]) =>
    Promise.resolve(paths.map((path) => readModuleInfo(makeModule(modules[path]))));
  const found = await orderModules(names, catalogue, look, 'kernel 1 of test');
  return found.map(({ path, required }) => `${path}${required ? '' : '?'}`);
}

const ubi: Modules = {
  'kernel/ubi.ko': { depends: ['mtd'] },
  'kernel/mtd.ko': {},
  'kernel/fs/ubifs.ko.xz': { depends: ['ubi', 'mtd', 'lz-4'] },
  'kernel/lz_4.ko': {},
};

test('needs come first, each once, and a dash is an underscore', async () => {
  expect(await order(['ubifs', 'lz-4', 'ubi'], ubi)).toEqual([
    'kernel/mtd.ko',
    'kernel/ubi.ko',
    'kernel/lz_4.ko',
    'kernel/fs/ubifs.ko.xz',
  ]);
});

test('modules.dep counts where it is there, and of two files the one that it names', async () => {
  const tables = {
    'modules.dep':
      'kernel/fs/ubifs.ko.xz: updates/ubi.ko kernel/mtd.ko\nupdates/ubi.ko: kernel/mtd.ko\nkernel/mtd.ko:\n',
  };
  expect(await order(['ubifs'], { ...ubi, 'updates/ubi.ko': {} }, tables)).toEqual([
    'kernel/mtd.ko',
    'updates/ubi.ko',
    'kernel/fs/ubifs.ko.xz',
  ]);
});

test('what is built in is done, also where a module needs it', async () => {
  const tables = { 'modules.builtin': 'kernel/mtd-core.ko\nkernel/lz_4.ko\n' };
  const modules = { 'ubi.ko': { depends: ['mtd_core', 'lz-4'] } };
  expect(await order(['mtd_core', 'ubi'], modules, tables)).toEqual(['ubi.ko']);
});

const ext4: Modules = {
  'kernel/fs/ext4.ko': { softdep: 'pre: crypto-crc32c gone post: later', depends: ['jbd2'] },
  'kernel/fs/jbd2.ko': {},
  'kernel/later.ko': {},
  'kernel/crypto/crc32c_generic.ko': { aliases: ['crypto-crc32c', 'crc32c'] },
  'kernel/arch/x86/crypto/crc32c-intel.ko': { aliases: ['crypto-crc32c'], depends: ['helper'] },
  'kernel/helper.ko': {},
};

test('what is only wanted comes before, by all who go by that name, and may fail', async () => {
  expect(await order(['ext4'], ext4)).toEqual([
    'kernel/helper.ko?',
    'kernel/arch/x86/crypto/crc32c-intel.ko?',
    'kernel/crypto/crc32c_generic.ko?',
    'kernel/fs/jbd2.ko',
    'kernel/fs/ext4.ko',
  ]);
  expect(await order(['ext4', 'helper'], ext4)).toContain('kernel/helper.ko');
});

test('tables of other names and of soft dependencies', async () => {
  const tables = {
    'modules.alias': 'alias crypto-crc32c crc32c_generic\nalias net-pf-9 later\n',
    'modules.softdep': '# made by depmod\nsoftdep jbd2 pre: helper\n',
  };
  expect(await order(['ext4', 'net-pf-9'], ext4, tables)).toEqual([
    'kernel/crypto/crc32c_generic.ko?',
    'kernel/helper.ko?',
    'kernel/fs/jbd2.ko',
    'kernel/fs/ext4.ko',
    'kernel/later.ko',
  ]);
});

test('a wanted module that lacks what it needs is left out', async () => {
  const modules = { 'a.ko': { softdep: 'pre: b' }, 'b.ko': { depends: ['gone'] } };
  expect(await order(['a'], modules)).toEqual(['a.ko']);
});

test('a cycle of soft dependencies is ignored, a cycle of dependencies is refused', async () => {
  const circle = { 'a.ko': { softdep: 'pre: b' }, 'b.ko': { depends: ['a'] } };
  expect(await order(['a', 'b'], circle)).toEqual(['a.ko', 'b.ko']);
  expect(await order(['b'], circle)).toEqual(['a.ko', 'b.ko']);
  const knot = {
    'a.ko': { depends: ['b'] },
    'b.ko': { depends: ['c'] },
    'c.ko': { depends: ['b'] },
  };
  await expect(order(['a'], knot)).rejects.toMatchObject({
    code: 'MODULE_INVALID',
    message: 'kernel modules need each other: b, c',
  });
});

test.each<[string, string[], RegExp, RegExp]>([
  ['that is named', ['ubifz'], /^kernel 1 of test has no module "ubifz"$/, /Did you mean ubifs\?/],
  ['that another needs', ['top'], /no module "botom" \(needed by top\)/, /bottom/],
  ['that is nowhere near', ['nvidia'], /"nvidia"/, /as lsmod does/],
])('a module %s and is not there', async (_name, names, message, hint) => {
  const modules = { ...ubi, 'top.ko': { depends: ['botom'] }, 'bottom.ko': {} };
  await expect(order(names, modules)).rejects.toMatchObject({
    code: 'MODULE_UNKNOWN',
    exit: 2,
    message: expect.stringMatching(message) as string,
    hint: expect.stringMatching(hint) as string,
  });
});

test('a name that may mean several is refused', async () => {
  const tables = { 'modules.alias': 'alias x a\nalias x b\n' };
  await expect(order(['x'], { 'a.ko': {}, 'b.ko': {} }, tables)).rejects.toMatchObject({
    code: 'MODULE_UNKNOWN',
    message: expect.stringMatching(/any of a, b/) as string,
  });
});

test.each(['alias x y\nalias y x\n', 'alias x x\n'])(
  'a name that leads only back to itself is none: %j',
  async (table) => {
    const found = order(['x'], { 'a.ko': {} }, { 'modules.alias': table });
    await expect(found).rejects.toMatchObject({
      code: 'MODULE_UNKNOWN',
      message: 'kernel 1 of test has no module "x"',
    });
  },
);

test('a cycle in modules.dep is refused', async () => {
  const tables = { 'modules.dep': 'a.ko: b.ko\nb.ko: a.ko\n' };
  await expect(order(['a'], { 'a.ko': {}, 'b.ko': {} }, tables)).rejects.toMatchObject({
    code: 'MODULE_INVALID',
    message: 'kernel modules need each other: a, b',
  });
});

test.each([
  {},
  { bits: 32, machine: 8 } as const,
  { bits: 64, littleEndian: false, machine: 22 } as const,
])('reads modules of every kind of machine: %j', (kind) => {
  const module = makeModule({ ...kind, release: '5.10.1', depends: ['a', 'b'] });
  expect(readModuleInfo(module)).toMatchObject({ release: '5.10.1', depends: ['a', 'b'] });
  expect(() => readModuleInfo(module.subarray(0, 4200))).toThrow(RangeError);
});
