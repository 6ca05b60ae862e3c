import { lstatSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fs from 'fs-extra';
import { expect, onTestFinished, test } from 'vitest';
import {
  startTrialTimer,
  stopTrialTimer,
  trialParts,
} from '../../../../src/operations/install/trial-timer.js';
import type { BootSpec } from '../../../../src/profile/profile.js';

const boot = {
  loader: 'grubenv',
  slots: {},
  tries: 2,
  confirmWithinSeconds: 90,
} as Partial<BootSpec>;

/** A root file system with the parts in its folder of levitate, and these files and links. */
async function rootWith(files: Record<string, string>, links: Record<string, string> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'levitate-trial-'));
  onTestFinished(() => fs.remove(root));
  for (const [name, { bytes, mode }] of Object.entries(
    await trialParts({ boot: boot as BootSpec }),
  ))
    await fs.outputFile(join(root, 'usr/lib/levitate', name), bytes, { mode });
  for (const [path, text] of Object.entries(files)) await fs.outputFile(join(root, path), text);
  for (const [path, to] of Object.entries(links)) {
    await fs.ensureDir(join(root, path, '..'));
    await fs.symlink(to, join(root, path));
  }
  return { root, text: (path: string) => readFileSync(join(root, path), 'utf8') };
}

const gone = (root: string, path: string) =>
  expect(() => lstatSync(join(root, path))).toThrow('ENOENT');

test('busybox init gets the first line of its inittab, which is taken away again', async () => {
  const inittab = '# a system\n::sysinit:/etc/init.d/rcS\n::respawn:-/bin/sh\n';
  const { root, text } = await rootWith(
    { 'etc/inittab': inittab },
    { 'sbin/init': '../bin/busybox' },
  );
  expect(await startTrialTimer(root)).toBe(true);
  expect(await startTrialTimer(root)).toBe(true);
  expect(text('etc/inittab').split('\n').slice(1, 4)).toEqual([
    '::sysinit:/usr/lib/levitate/trial start',
    '# a system',
    '::sysinit:/etc/init.d/rcS',
  ]);
  await stopTrialTimer(root);
  expect(text('etc/inittab')).toBe(inittab);
});

test('sysvinit gets a line with a name', async () => {
  const inittab = 'id:2:initdefault:\nsi::sysinit:/etc/init.d/rcS\n';
  const { root, text } = await rootWith({ 'etc/inittab': inittab, 'sbin/init': 'a program' });
  expect(await startTrialTimer(root)).toBe(true);
  expect(text('etc/inittab')).toContain('\nlv::sysinit:/usr/lib/levitate/trial start\nid:2:');
  await stopTrialTimer(root);
  expect(text('etc/inittab')).toBe(inittab);
});

test('procd finds a script of rc.d that comes first, and its inittab stays as it is', async () => {
  const { root, text } = await rootWith({
    'sbin/procd': 'a program',
    'etc/inittab': '::sysinit:/etc/init.d/rcS S boot\n',
  });
  expect(await startTrialTimer(root)).toBe(true);
  expect(text('etc/rc.d/S00levitate-trial')).toContain(
    'boot | start) /usr/lib/levitate/trial start',
  );
  expect(lstatSync(join(root, 'etc/init.d/levitate-trial')).mode & 0o111).toBe(0o111);
  expect(text('etc/inittab')).not.toContain('levitate');
  await stopTrialTimer(root);
  for (const path of ['etc/rc.d/S00levitate-trial', 'etc/init.d/levitate-trial']) gone(root, path);
});

test('OpenRC as PID 1 has it in its first runlevel', async () => {
  const { root, text } = await rootWith(
    { 'etc/runlevels/boot/x': '' },
    { 'sbin/init': 'openrc-init' },
  );
  expect(await startTrialTimer(root)).toBe(true);
  expect(text('etc/runlevels/sysinit/levitate-trial')).toMatch(/^#!\/sbin\/openrc-run\n/);
  await stopTrialTimer(root);
  gone(root, 'etc/runlevels/sysinit/levitate-trial');
});

test('OpenRC under busybox init is started by the inittab', async () => {
  const { root, text } = await rootWith(
    { 'etc/runlevels/boot/x': '', 'etc/inittab': '::sysinit:/sbin/openrc sysinit\n' },
    { 'sbin/init': '/bin/busybox' },
  );
  expect(await startTrialTimer(root)).toBe(true);
  expect(text('etc/inittab')).toContain(
    '::sysinit:/usr/lib/levitate/trial start\n::sysinit:/sbin/openrc',
  );
});

test('an inittab of an init system that nobody knows stays as it is', async () => {
  const { root, text } = await rootWith({ 'etc/inittab': 'something\n' }, { 'sbin/init': 'other' });
  expect(await startTrialTimer(root)).toBe(false);
  expect(text('etc/inittab')).toBe('something\n');
});
