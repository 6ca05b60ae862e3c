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

/** Builds an archive from the profile that was written, as it is. */
export async function buildProbed(levitate: Levitate, profile: string): Promise<void> {
  const archive = join(await levitate.folder(), 'archive.gz');
  const built = await levitate.local(['build', profile, '-o', archive]).ended;
  expect(built).toMatchObject({ exit: 0, last: { type: 'result' } });
}

/** The device is in maintenance, and nothing of its old system is left. */
export async function isReleased(levitate: Levitate): Promise<void> {
  expect(await levitate.status()).toMatchObject({
    where: 'maintenance',
    maintenance: { held: [], root: 'tmpfs', touched: false },
  });
}

/** Builds from the profile that was written, and enters the device with it; gives what `enter` told. */
export async function enterProbed(levitate: Levitate, profile: string): Promise<Line[]> {
  await buildProbed(levitate, profile);
  const told = await levitate.enter(profile);
  await isReleased(levitate);
  return told;
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
