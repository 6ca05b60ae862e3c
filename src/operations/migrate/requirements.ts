import type { Facts } from '../../device/facts.js';
import type { FoundGround } from '../../device/migrate-script.js';
import type { MigrateSpec } from '../../profile/profile.js';
import type { Check } from '../../progress.js';
import { formatBytes } from '../../shared/format-bytes.js';

/** Compares what a device has with what the profile wants for a migration, in rows of the preflight with the numbers. Pure. */
export function requirementChecks(
  { require }: Pick<MigrateSpec, 'require'>,
  { memoryTotal }: Pick<Facts, 'memoryTotal'>,
  { disk, free }: Pick<FoundGround, 'disk' | 'free'>,
): Check[] {
  const rows: Check[] = [];
  const row = (name: string, what: string, found: number | undefined, needed?: number): void => {
    if (needed === undefined) return;
    const numbers = `${found === undefined ? 'an unknown amount' : formatBytes(found)} ${what}, ${formatBytes(needed)} required`;
    rows.push(
      found !== undefined && found >= needed
        ? { name, verdict: 'ok', found: numbers }
        : {
            name,
            verdict: 'refusal',
            found: numbers,
            advice: 'migrate.require of the profile says what the new system needs.',
          },
    );
  };
  row('ram', 'of RAM', memoryTotal, require.ram);
  row('disk', `on ${disk.node}`, disk.bytes, require.disk);
  for (const [path, bytes] of Object.entries(require.free))
    row('free space', `free at ${path}`, free[path], bytes);
  return rows;
}
