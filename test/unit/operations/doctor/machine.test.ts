import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { checkMachine, nodeCheck, readyCheck } from '../../../../src/operations/doctor/machine.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-doctor-'));
  for (const name of ['XDG_STATE_HOME', 'XDG_CACHE_HOME']) vi.stubEnv(name, folder);
  vi.stubEnv('LEVITATE_CACHE', '');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test.each([
  ['20.19.0', '20.19', 'ok'],
  ['22.1.0', '20.19', 'ok'],
  ['20.9.5', '20.19', 'refusal'],
  ['18.20.1', '20.19', 'refusal'],
])('Node %s where %s is the oldest: %s', (version, oldest, verdict) => {
  expect(nodeCheck(version, oldest).verdict).toBe(verdict);
});

test('what is not on PATH is missing, and how to install it is said', async () => {
  await writeFile(join(folder, 'ssh'), '');
  await chmod(join(folder, 'ssh'), 0o755);
  await writeFile(join(folder, 'xz'), '');
  vi.stubEnv('PATH', folder);
  const rows = new Map((await checkMachine()).map((row) => [row.name, row]));
  expect(rows.get('ssh')).toMatchObject({ verdict: 'ok', found: join(folder, 'ssh') });
  expect(rows.get('ssh-keygen')).toMatchObject({
    verdict: 'refusal',
    advice: expect.stringContaining('dnf install openssh') as string,
  });
  expect(rows.get('xz')).toMatchObject({
    verdict: 'warning',
    found: expect.stringContaining('images') as string,
    advice: expect.stringMatching(/apt install xz-utils.*brew install xz/) as string,
  });
  expect(rows.get('debian')).toMatchObject({ verdict: 'warning' });
  expect(rows.get('folders')).toMatchObject({ verdict: 'ok' });
});

test('a folder that is none is named', async () => {
  await writeFile(join(folder, 'levitate'), '');
  const rows = await checkMachine();
  for (const name of ['folders', 'cache'])
    expect(rows.find((row) => row.name === name)).toMatchObject({
      verdict: 'refusal',
      found: expect.stringContaining(folder) as string,
    });
});

test('the processors are named that there are ready roots for', () => {
  expect(readyCheck(['mipsel', 'x86_64'], false).found).toBe('here for mipsel, x86_64');
  expect(readyCheck([], true)).toMatchObject({ verdict: 'ok' });
  expect(readyCheck([], false)).toMatchObject({
    verdict: 'warning',
    advice: expect.stringContaining('levitate help ready-roots') as string,
  });
});

test('a folder of LEVITATE_ROOTS that gives none is named', async () => {
  vi.stubEnv('LEVITATE_ROOTS', join(folder, 'nowhere'));
  const row = (await checkMachine()).find(({ name }) => name === 'ready roots');
  expect(row).toMatchObject({
    verdict: 'warning',
    found: expect.stringContaining(join(folder, 'nowhere')) as string,
    advice: expect.stringContaining('LEVITATE_ROOTS') as string,
  });
});
