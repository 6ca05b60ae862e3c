/** A sample of `npm run faults`: a few trials that wait for nothing long. They need loop devices and FUSE, and so root. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Random } from '../fuzz/random.js';
import type { Target } from './content.js';
import { Roots } from './roots.js';
import { faults, runTrial } from './run-trial.js';
import { told, Trial, type Stage } from './trial.js';

const sample: [Target, Stage, string][] = [
  ['disk', 'write', 'power cut'],
  ['firmware', 'write', 'link cut'],
  ['volume', 'write', 'host killed'],
  ['disk', 'write', 'flasher killed'],
  ['firmware', 'write', 'medium drops a write'],
  ['disk', 'write', 'medium error on read'],
  ['nand', 'write', 'medium error on write'],
  ['nand', 'compare', 'flasher killed'],
  ['disk', 'write', 'clock of the host jumps'],
];

let roots: Roots;
beforeAll(async () => {
  roots = await Roots.make();
});
afterAll(() => roots.remove());

test.skipIf(process.getuid?.() !== 0).concurrent.each(sample)(
  '%s, %s: %s',
  { timeout: 600_000 },
  async (target, stage, name) => {
    const fault = faults.find((one) => one.name === name)!;
    const random = new Random(`sample/${target}/${stage}/${name}`);
    const { broken } = await runTrial(roots, { target, stage, fault, random });
    expect(broken).toBeUndefined();
  },
);

test.skipIf(process.getuid?.() !== 0)(
  'every command whose first connections break is patient',
  { timeout: 600_000 },
  async () => {
    const trial = await Trial.begin(roots, new Random('patience'), 'disk', 'leave', {});
    const { proxy } = trial.device;
    const commands = [
      () => trial.start(['status']),
      () => trial.start(['wear']),
      () => trial.start(['enter']),
      () => trial.flash(),
      () => trial.leave(),
    ];
    try {
      for (const start of commands) {
        // As where sshd is killed while somebody connects.
        proxy.lasting({ down: 1 });
        const command = start();
        await command.until(({ message }) => /trying again/.test(String(message)));
        proxy.lasting();
        const ended = await trial.ended(command);
        expect(told(ended)).toMatch(/^status 0,/);
      }
      expect(trial.device.system).toBe('new');
    } finally {
      await trial.end();
    }
  },
);
