import { LevitateError } from '../errors.js';
import { promisedByName } from './compression/compression.js';
import { foreignOf } from './format/foreign.js';

/**
 * Refuses a file whose extension announces another compression than the content has, because it is probably not the
 * file that was meant. A name without an extension is fine.
 * @param found the compression of the content
 * @param head the first bytes of the file
 * @throws LevitateError IMAGE_EXTENSION_MISMATCH
 */
export function refuseExtensionMismatch(path: string, found: string, head: Buffer): void {
  const promised = promisedByName(path);
  if (promised === undefined || promised === found) return;
  const foreign = found === 'none' ? foreignOf(head) : undefined;
  const content =
    found === 'none'
      ? `not compressed${foreign === undefined ? '' : `: it is ${foreign.what}`}`
      : `compressed with ${found}`;
  throw new LevitateError(
    'IMAGE_EXTENSION_MISMATCH',
    `the name of ${path} promises ${promised}, but its content is ${content}`,
    {
      hint:
        foreign?.hint ??
        'Find out what the file is; if it is the right one, give it a name that fits.',
      data: { path, promised, found },
    },
  );
}
