/** What a signal that ends the trials leaves behind. Loop devices and groups need root. */
import { execa } from 'execa';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { memoryGroups } from './device.js';
import { sweep } from './sweep.js';

test.skipIf(process.getuid?.() !== 0)('trials that end in their middle leave nothing', async () => {
  const folder = await mkdtemp('/dev/shm/levitate-sweep-');
  const group = join(memoryGroups, `${basename(folder)}-trial`);
  await mkdir(group);
  await mkdir(join(folder, 'place'));
  await execa('mount', ['-t', 'tmpfs', 'sweep', join(folder, 'place')]);
  await writeFile(join(folder, 'place/disk'), Buffer.alloc(1 << 20));
  const { stdout: loop } = await execa('losetup', ['-f', '--show', join(folder, 'place/disk')]);
  const ends = { stdio: 'ignore', reject: false } as const;
  const member = execa('sleep', ['600'], ends);
  await writeFile(join(group, 'cgroup.procs'), String(member.pid));
  const command = execa('tail', ['-f', join(folder, 'place/disk')], ends);
  sweep(folder);
  await Promise.all([member, command]);
  expect(existsSync(group)).toBe(false);
  expect(existsSync(folder)).toBe(false);
  expect((await execa('losetup', ['-n', loop], { reject: false })).stdout).toBe('');
});
