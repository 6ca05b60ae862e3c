import { join } from 'node:path';
import { expect } from 'vitest';
import type { Levitate } from './levitate.js';
import type { Line } from './lines.js';

/**
 * Probes a device, and enters it with the profile that was written, as it is; then leaves again.
 * @returns the result of the probe, and the profile's path
 */
export async function probeAndEnter(
  levitate: Levitate,
): Promise<{ probed: Line; profile: string }> {
  const folder = await levitate.folder();
  const profile = join(folder, 'probed.yaml');
  const before = await levitate.device.sh('cat /proc/mounts');
  const { exit, last: probed } = await levitate.run('probe', ['--profile-out', profile]);
  expect(probed).toMatchObject({ type: 'result', command: 'probe', profileOut: profile });
  expect(exit).toBe(0);
  expect(await levitate.device.sh('cat /proc/mounts')).toBe(before);
  expect(await levitate.facts()).toMatchObject({ staged: false, armed: false });

  const built = await levitate.local(['build', profile, '-o', join(folder, 'archive.gz')]).ended;
  expect(built).toMatchObject({ exit: 0, last: { type: 'result' } });
  await levitate.enter(profile);
  expect(await levitate.status()).toMatchObject({
    where: 'maintenance',
    maintenance: { held: [] },
  });
  expect(await levitate.run('leave')).toMatchObject({ exit: 0, last: { isNew: false } });
  return { probed, profile };
}
