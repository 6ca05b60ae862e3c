import { LevitateError } from '../../errors.js';

/**
 * Refuses a `loader.conf` by which systemd-boot would not start slots by the order of their entries: `default` must be a pattern for all of
 * their names, and for no other entry (loader.conf(5)).
 * @param names the entries that are there
 * @param entryOfSlot reads the name of one of a slot
 * @throws LevitateError BOOT_LOADER_UNKNOWN
 */
export function checkLoaderConf(
  conf: Uint8Array | undefined,
  names: readonly string[],
  entryOfSlot: (name: string) => object | undefined,
): void {
  const pattern = defaultOf(Buffer.from(conf ?? []).toString('utf8'));
  // What systemd-boot calls an entry has no counter in it.
  const wrong = names
    .map((name) => ({ id: name.replace(/\+[0-9]+(-[0-9]+)?\.conf$/, '.conf'), name }))
    .find(({ id, name }) => pattern.test(id) !== (entryOfSlot(name) !== undefined));
  if (!wrong) return;
  throw new LevitateError(
    'BOOT_LOADER_UNKNOWN',
    `by its loader.conf systemd-boot would not choose among the entries of slots alone: ${wrong.name}`,
    { hint: 'loader/loader.conf needs the line: default levitate-*' },
  );
}

/** The entries that `default` of a configuration stands for; the last such line counts. */
function defaultOf(text: string): RegExp {
  const values = text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([key]) => key === 'default');
  const pattern = values.at(-1)?.[1] ?? '';
  // systemd-boot knows `*`, `?` and sets of characters; no profile needs a set.
  const source = [...pattern]
    .map((one) =>
      one === '*' ? '.*' : one === '?' ? '.' : one.replace(/[\\^$.|+()[\]{}/-]/, '\\$&'),
    )
    .join('');
  return new RegExp(`^${source}$`, 'is');
}
