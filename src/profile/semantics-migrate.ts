import type { RawProfile } from './schema.js';
import { wrong, type Violation } from './violation.js';

/** The new system goes into an ext4 that is made for it, nothing else is in the way, what is kept goes there, and the keys stay. */
export function migrateViolations({ migrate, boot, flash, confirm }: RawProfile): Violation[] {
  if (!migrate) return [];
  const { into } = migrate;
  const at = ['migrate', 'into'];
  const spec = flash?.targets[into];
  if (!spec) return [wrong(at, 'one of the targets of flash.targets', into)];
  if (!('ext4-tree' in spec)) return [wrong(at, 'a target of the kind ext4-tree', into)];
  const keep = flash?.keep;
  const kept = Array.isArray(keep) ? undefined : keep;
  return [
    ...(boot
      ? [wrong(['boot'], 'nothing beside migrate: it makes the slots old and new', boot)]
      : []),
    // What is on trial is looked at again and again, by keys that are known.
    ...(confirm?.['host-key'] === 'changes'
      ? [wrong(['confirm', 'host-key'], 'same: a migration is confirmed by known keys', 'changes')]
      : []),
    ...(kept?.into !== undefined && kept.into !== into
      ? [wrong(['flash', 'keep', 'into'], `${into}, which migrate writes`, kept.into)]
      : []),
    ...(kept?.['mounted-at'] !== undefined
      ? [
          wrong(
            ['flash', 'keep', 'mounted-at'],
            'nothing: what migrate writes is a root',
            kept['mounted-at'],
          ),
        ]
      : []),
  ];
}
