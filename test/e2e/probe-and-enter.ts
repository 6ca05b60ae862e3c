import { join } from 'node:path';
import { expect } from 'vitest';
import type { Levitate } from './levitate.js';
import type { Line } from './lines.js';

/**
 * Probes a device, and changes nothing on it.
 * @returns the result of the probe, and the path of the profile that was written
 */
export async function probe(levitate: Levitate): Promise<{ probed: Line; profile: string }> {
  const profile = join(await levitate.folder(), 'probed.yaml');
  const before = await levitate.device.sh('cat /proc/mounts');
  const { exit, last: probed } = await levitate.run('probe', ['--profile-out', profile]);
  expect(probed).toMatchObject({ type: 'result', command: 'probe', profileOut: profile });
  expect(exit).toBe(0);
  expect(await levitate.device.sh('cat /proc/mounts')).toBe(before);
  expect(await levitate.facts()).toMatchObject({ staged: false, armed: false });
  return { probed, profile };
}

/** Builds from the profile that was written, as it is, and enters the device with it. */
export async function enterProbed(levitate: Levitate, profile: string): Promise<void> {
  const archive = join(await levitate.folder(), 'archive.gz');
  const built = await levitate.local(['build', profile, '-o', archive]).ended;
  expect(built).toMatchObject({ exit: 0, last: { type: 'result' } });
  await levitate.enter(profile);
  expect(await levitate.status()).toMatchObject({
    where: 'maintenance',
    maintenance: { held: [] },
  });
}

/** Both, and leaves again. */
export async function probeAndEnter(
  levitate: Levitate,
): Promise<{ probed: Line; profile: string }> {
  const { probed, profile } = await probe(levitate);
  await enterProbed(levitate, profile);
  expect(await levitate.run('leave')).toMatchObject({ exit: 0, last: { isNew: false } });
  return { probed, profile };
}
