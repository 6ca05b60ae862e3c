import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { depfile, recordInputs, writeDepfile } from '../../../../src/operations/build/depfile.js';
import { loadProfile } from '../../../../src/profile/load.js';
import { mixedSource } from '../../../../src/sources/mixed.js';
import { sysrootTree } from '../../../../src/sources/sysroot.js';
import { treeSource } from '../../../../src/sources/tree-source.js';
import { makeSysroot } from '../../sources/make-sysroot.js';
import type { Source, SourceFile } from '../../../../src/sources/source.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-depfile-'));
});
afterAll(() => rm(folder, { recursive: true }));

const odd = ['plain', 'with space', 'dollar$HOME', 'hash#tag', 'co:lon', 'back\\slash', 'per%cent'];

test('make knows from it when to build anew, whatever the files are called', async () => {
  const at = (name: string) => join(folder, name);
  for (const name of odd) await writeFile(at(name), '');
  await writeFile(at('rule.d'), depfile('out put', odd));
  await writeFile(at('Makefile'), 'include rule.d\nout\\ put:\n\t@echo built; touch "out put"\n');
  const make = () => execFileSync('make', { cwd: folder, encoding: 'utf8' });
  const old = new Date('2020-01-01');
  for (const name of odd) await utimes(at(name), old, old);
  expect(make()).toBe('built\n');
  expect(make()).toMatch(/up to date/);
  for (const name of odd) {
    await utimes(at('out put'), new Date('2021-01-01'), new Date('2021-01-01'));
    await utimes(at(name), new Date(), new Date());
    expect(make(), name).toBe('built\n');
    await utimes(at(name), old, old);
    expect(make(), name).toMatch(/up to date/);
  }
  await rm(at('plain'));
  expect(make()).toBe('built\n');
});

test('each file that a profile names is an input', async () => {
  await writeFile(join(folder, 'motd'), 'hello');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'ops')]);
  const profile = join(folder, 'ap.yaml');
  await writeFile(
    profile,
    'name: ap\narch: x86_64\nroot: { files: { /etc/motd: motd } }\n' +
      'services: { sshd: { authorized-keys: [keep, ops.pub] } }\n',
  );
  const inputs = new Set<string>();
  await loadProfile(profile, inputs);
  expect([...inputs].sort()).toEqual([profile, join(folder, 'motd'), join(folder, 'ops.pub')]);
});

test('a source tells which files of this machine were taken', async () => {
  const taken = (name: string): SourceFile => ({
    ...{ path: `/usr/lib/${name}`, bytes: new Uint8Array(), origin: 'test', unit: 'test' },
    ...(name === 'packed' ? {} : { hostFile: `/staging/${name}` }),
  });
  const source = {
    programs: () =>
      Promise.resolve([
        { request: { name: 'a', reason: '' }, found: { file: taken('a'), aliases: [] } },
      ]),
    library: (name: string) => Promise.resolve(name === 'none' ? undefined : taken(name)),
  } as Partial<Source> as Source;
  const inputs = new Set<string>();
  const noted = recordInputs(source, inputs);
  await noted.programs([]);
  for (const name of ['b', 'none', 'packed']) await noted.library(name, [], undefined);
  expect([...inputs]).toEqual(['/staging/a', '/staging/b']);
});

test('files out of a sysroot are inputs, wherever links lead in there', async () => {
  const sysroot = await makeSysroot({
    'bin/busybox': '-> busybox.nosuid',
    'bin/busybox.nosuid': 'b',
  });
  const inputs = new Set<string>();
  const parts = [{ name: 'sysroot', source: treeSource(sysrootTree(sysroot, './staging')) }];
  await recordInputs(
    mixedSource(parts, () => undefined),
    inputs,
  ).programs([{ name: 'busybox', reason: 'base' }]);
  expect([...inputs]).toEqual([join(sysroot, 'bin/busybox.nosuid')]);
});

test('a rule that cannot be written is said', async () => {
  const path = join(folder, 'motd', 'rule.d');
  await expect(writeDepfile(path, 'out', [])).rejects.toMatchObject({ code: 'OUTPUT_FAILED' });
  await expect(readFile(path)).rejects.toThrow();
});
