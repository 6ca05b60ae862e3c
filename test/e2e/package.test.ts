/** The packed npm package, installed elsewhere, is whole: command line, scripts for the device, types. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { packProgram } from '../program.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'levitate-pack-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('builds an archive where it was installed from its tarball', { timeout: 300_000 }, async () => {
  const tarball = await packProgram(folder);
  const elsewhere = { cwd: folder };
  await execa('npm', ['init', '-y'], elsewhere);
  await execa(
    'npm',
    ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball],
    elsewhere,
  );
  const profile = 'node_modules/levitate/profiles/router-ubi.yaml';
  const { stdout } = await execa(
    'npx',
    ['levitate', 'build', profile, '-o', 'archive.cpio.gz', '--json'],
    elsewhere,
  );
  expect(JSON.parse(stdout.split('\n').at(-1) ?? '')).toMatchObject({
    type: 'result',
    command: 'build',
  });
  const listed = await execa('sh', ['-c', 'gzip -dc archive.cpio.gz | cpio -t --quiet'], elsewhere);
  const levitate = 'usr/lib/levitate';
  expect(listed.stdout.split('\n')).toEqual(
    expect.arrayContaining([`${levitate}/takeover/inits/10-systemd.sh`, `${levitate}/helper`]),
  );
  const recipes = await readdir(path.join(folder, 'node_modules/levitate/docs/how-to/builders'));
  expect(recipes).toEqual(expect.arrayContaining(['README.md', 'make', 'openwrt']));
  const api = await execa(
    'node',
    ['-e', 'import("levitate").then((all) => console.log(typeof all.deploy))'],
    elsewhere,
  );
  expect(api.stdout).toBe('function');
});
