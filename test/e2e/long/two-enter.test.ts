/** Two people enter one device at once: whatever becomes of their commands, the device is in one system or the other, and goes on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Levitate } from '../levitate.js';
import { minutes } from '../lines.js';

// What the first one is at, when the second one comes: it has begun; its root is staged, or rehearsed.
test.each([0, 1500, 3500])(
  'the second one comes %i ms later',
  { timeout: minutes(10) },
  async (gap) => {
    const levitate = await Levitate.at('router-ubi');
    try {
      const profile = await levitate.profile();
      const first = levitate.start('enter', [profile]);
      await sleep(gap);
      const second = levitate.start('enter', [profile]);
      const exits = [(await first.ended).exit, (await second.ended).exit];
      // Somebody may have to wait for the other one's maintenance to end by itself.
      await expect
        .poll(async () => (await levitate.status()).where, { timeout: minutes(4), interval: 2000 })
        .toMatch(/normal|maintenance/);
      const { where } = await levitate.status();
      expect(await levitate.device.console()).not.toContain('Kernel panic');
      if (exits.includes(0)) expect(where).toBe('maintenance');
      if (where === 'maintenance') expect(await levitate.run('leave')).toMatchObject({ exit: 0 });
      expect(await levitate.facts()).toMatchObject({ staged: false, armed: false });
    } finally {
      await levitate.close();
    }
  },
);
