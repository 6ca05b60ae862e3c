import { lstatSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fs from 'fs-extra';
import { expect, test } from 'vitest';
import {
  startTrialTimer,
  stopTrialTimer,
  trialParts,
} from '../../../../src/operations/install/trial-timer.js';
import type { BootSpec } from '../../../../src/profile/profile.js';

const boot: BootSpec = {
  loader: 'grubenv',
  environment: [{ device: '/dev/v2', file: '/grubenv' }],
  slots: {},
  ...{ tries: 2, confirmWithinSeconds: 90 },
};

/** A root file system with the parts in its folder of levitate. */
async function rootWith(folder: string): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'levitate-trial-'));
  await fs.mkdir(join(root, folder), { recursive: true });
  for (const [name, { bytes, mode }] of Object.entries(await trialParts({ boot })))
    await fs.outputFile(join(root, 'usr/lib/levitate', name), bytes, { mode });
  return root;
}

const unit = 'usr/lib/systemd/system/levitate-trial.service';
const wanted = 'usr/lib/systemd/system/sysinit.target.wants/levitate-trial.service';

test('the parts have the seconds of the profile; without slots there are none', async () => {
  expect(await trialParts({})).toEqual({});
  const parts = await trialParts({ boot });
  expect(Buffer.from(parts['trial.conf']!.bytes).toString()).toBe("LEVITATE_CONFIRM_WITHIN='90'\n");
  expect(parts['trial']).toMatchObject({ mode: 0o755 });
});

test('systemd finds the unit, and starts it, by links that stay within the root', async () => {
  const root = await rootWith('usr/lib/systemd/system');
  expect(await startTrialTimer(root)).toBe(true);
  expect(await startTrialTimer(root)).toBe(true);
  for (const link of [unit, wanted])
    expect(readFileSync(join(root, link), 'utf8')).toContain('ExecStart=/usr/lib/levitate/trial\n');
  await stopTrialTimer(root);
  for (const link of [unit, wanted]) expect(() => lstatSync(join(root, link))).toThrow('ENOENT');
});

test('another init system is not known', async () => {
  const root = await rootWith('etc/init.d');
  expect(await startTrialTimer(root)).toBe(false);
});
