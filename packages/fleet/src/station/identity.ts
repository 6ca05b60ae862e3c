import type { Store } from '../store/store.js';
import type { Claimed } from './claimed.js';
import type { Seen } from './driver.js';

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
  seen: Seen,
): Promise<void> {
  const found = seen.identity;
  if (found === undefined) {
    if (identity !== null) throw new OtherDevice(`it does not say who it is, and was ${identity}`);
    return;
  }
  if (identity !== null && identity !== found)
    throw new OtherDevice(`another device answers: it is ${found}, and was ${identity}`);
  const [other] = await store.rows<{ name: string }>(
    'select name from device where identity = $1 and name <> $2',
    [found, device],
  );
  if (other) throw new OtherDevice(`it is ${found}, which is ${other.name}`);
  await store.rows('update device set identity = $2, seen_at = now() where name = $1', [
    device,
    found,
  ]);
}
