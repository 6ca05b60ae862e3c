import { join } from 'node:path';
import { expect } from 'vitest';
import type { Bench, Line } from './help.js';

/**
 * Probes a device, and enters it with the profile that was written, as it is; then leaves again.
 * @returns the result of the probe, and the profile's path
 */
export async function probeAndEnter(bench: Bench): Promise<{ probed: Line; profile: string }> {
  const folder = await bench.folder();
  const profile = join(folder, 'probed.yaml');
  const before = await bench.device.sh('cat /proc/mounts');
  const { exit, last: probed } = await bench.levitate('probe', ['--profile-out', profile]);
  expect(probed).toMatchObject({ type: 'result', command: 'probe', profileOut: profile });
  expect(exit).toBe(0);
  expect(await bench.device.sh('cat /proc/mounts')).toBe(before);
  expect(await bench.facts()).toMatchObject({ staged: false, armed: false });

  const built = await bench.start(['build', profile, '-o', join(folder, 'archive.gz')]).ended;
  expect(built).toMatchObject({ exit: 0, last: { type: 'result' } });
  await bench.enter(profile);
  expect(await bench.status()).toMatchObject({ where: 'maintenance', maintenance: { held: [] } });
  expect(await bench.levitate('leave')).toMatchObject({ exit: 0, last: { isNew: false } });
  return { probed, profile };
}
