import {
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { build } from '../../../../src/operations/build/build.js';
import { install } from '../../../../src/operations/install/install.js';

const checkout = fileURLToPath(new URL('../../../../', import.meta.url));
const profile = join(checkout, 'profiles/router-ubi.yaml');

let folder: string;
beforeAll(async () => {
  vi.stubEnv('LEVITATE_CACHE', process.env['LEVITATE_CACHE'] ?? join(checkout, '.cache/levitate'));
  folder = await mkdtemp(join(tmpdir(), 'levitate-step-'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test(
  'installing into a root file system writes the rule for what it has put there, and makes that new',
  { timeout: 180_000 },
  async () => {
    const root = join(folder, 'root');
    await mkdir(join(root, 'usr'), { recursive: true });
    const depfile = join(folder, 'root.d');
    const mark = join(root, 'usr/lib/levitate/archive.sha256');
    const step = () => install({ profile, place: { root }, depfile });
    expect(await step()).toMatchObject({ changed: true });
    const rule = await readFile(depfile, 'utf8');
    expect(rule.startsWith(`${mark}:`)).toBe(true);
    expect(rule).toContain(`  ${profile}`);
    const old = new Date('2020-01-01');
    await utimes(mark, old, old);
    await writeFile(depfile, '');
    await mkdir(join(root, 'usr/lib/levitate.new'));
    expect(await step()).toMatchObject({ changed: false });
    expect((await stat(mark)).mtime.getFullYear()).toBeGreaterThan(2020);
    expect(await readFile(depfile, 'utf8')).toBe(rule);
    expect(await readdir(join(root, 'usr/lib'))).toEqual(['levitate']);
  },
);

test('an archive whose name promises another compression is warned of', async () => {
  const notes: string[] = [];
  const lean = join(folder, 'lean.yaml');
  await writeFile(lean, 'name: lean\narch: x86_64\narchive: { compression: none }\n');
  for (const name of ['lean.cpio.gz', 'lean.cpio']) {
    await build(
      { profile: lean, output: join(folder, name) },
      {
        onProgress: (event) => {
          if (event.type === 'note') notes.push(event.message);
        },
      },
    );
  }
  expect(notes).toEqual([
    `the name of ${join(folder, 'lean.cpio.gz')} promises gzip, and the profile asks for none`,
  ]);
  expect((await readFile(join(folder, 'lean.cpio'))).toString('latin1', 0, 6)).toBe('070701');
});

test('a sysroot that is asked for and not given, or the other way round, is a wrong call', async () => {
  const asking = join(folder, 'asking.yaml');
  await writeFile(asking, 'name: a\narch: x86_64\nroot: { from: [sysroot, debian] }\n');
  const refused = (path: string, sysroot: string | undefined, message: RegExp) =>
    expect(
      build({ profile: path, output: join(folder, 'a.gz'), ...(sysroot ? { sysroot } : {}) }),
    ).rejects.toMatchObject({ code: 'USAGE', message: expect.stringMatching(message) });
  await refused(asking, undefined, /none is given/);
  await refused(asking, join(folder, 'gone'), /gone is no folder/);
  await refused(profile, folder, /does not ask for it/);
});

test('a root whose usr/lib leads out of it is not written to', async () => {
  const root = join(folder, 'leading-out');
  const outside = join(folder, 'outside');
  await mkdir(join(root, 'usr'), { recursive: true });
  await mkdir(outside);
  await symlink(outside, join(root, 'usr/lib'));
  await expect(install({ profile, place: { root } })).rejects.toMatchObject({
    code: 'OUTPUT_FAILED',
    message: expect.stringMatching(/usr\/lib of .* is a link out of it/),
  });
  expect(await readdir(outside)).toEqual([]);
});
