import type { RawProfile } from './schema.js';
import { wrong, type Violation } from './violation.js';

/** The new system goes into an ext4 that is made for it, nothing else is in the way, and what is kept goes there. */
export function migrateViolations({ migrate, boot, flash }: RawProfile): Violation[] {
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
