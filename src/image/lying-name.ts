import { LevitateError } from '../errors.js';
import { promisedByName } from './compression.js';

/**
 * A name is not needed, but one that is wrong means that this is not the file that somebody meant.
 * @param found the compression of the content
 * @param head the first bytes of the file
 * @throws LevitateError IMAGE_NAME_LIES
 */
export function refuseLyingName(path: string, found: string, head: Buffer): void {
  const promised = promisedByName(path);
  if (promised === undefined || promised === found) return;
  const content = found === 'none' ? 'not compressed' : `compressed with ${found}`;
  const page = found === 'none' && /^\s*</.test(head.toString('latin1'));
  throw new LevitateError(
    'IMAGE_NAME_LIES',
    `the name of ${path} promises ${promised}, but its content is ${content}`,
    {
      hint: page
        ? 'It looks like an error page that was saved in place of the image: download it again.'
        : 'Find out what the file is; if it is the right one, give it a name that fits.',
      data: { path, promised, found },
    },
  );
}
