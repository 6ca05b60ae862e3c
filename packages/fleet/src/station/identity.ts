import type { Store } from '../store/store.js';
import type { Claimed } from './claimed.js';
import type { Seen } from './driver.js';
import { isSame, learned } from './marks.js';

/** Another device answers than the one that is known by this name. */
export class OtherDevice extends Error {
  /** For whoever reads the report. */
  readonly code = 'IDENTITY';
  /** Nothing was touched, and a person has to look. */
  readonly exit = 6;
}

/**
 * Holds who answers against who is known: at the first look that is learned, and later it must be the same.
 * @throws OtherDevice; what the database says
 */
export async function checkIdentity(
  store: Store,
  { device, identity }: Pick<Claimed, 'device' | 'identity'>,
  { marks }: Seen,
): Promise<void> {
  const known = identity ?? [];
  const told = marks.join(', ');
  if (known.length > 0 && !isSame(known, marks))
    throw new OtherDevice(
      marks.length === 0
        ? `it does not say who it is, and was ${known.join(', ')}`
        : `another device answers: it is ${told}, and was ${known.join(', ')}`,
    );
  if (marks.length === 0) return;
  const others = await store.rows<{ name: string; identity: string[] }>(
    'select name, identity from device where identity && $1 and name <> $2 order by name',
    [marks, device],
  );
  const other = others.find((one) => isSame(one.identity, marks));
  if (other) throw new OtherDevice(`it is ${told}, which is ${other.name}`);
  await store.rows('update device set identity = $2, seen_at = now() where name = $1', [
    device,
    learned(known, marks),
  ]);
}
