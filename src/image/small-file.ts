import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { reasonOf } from '../errors.js';

/**
 * Reads a small file that may lie beside an image.
 * @param most bytes that such a file has
 * @param refuse makes the error for a file that cannot be read or has more bytes; without it, such a file counts as none
 * @returns its bytes; undefined where there is no such file, or none that is regular
 */
export async function smallFile(
  path: string,
  most: number,
  refuse?: (what: string, cause?: unknown) => Error,
): Promise<Buffer | undefined> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(
    (error: NodeJS.ErrnoException) => {
      const isMissing = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(error.code ?? '');
      if (isMissing || !refuse) return undefined;
      throw refuse(`cannot be read: ${reasonOf(error)}`, error);
    },
  );
  if (handle === undefined) return undefined;
  try {
    const { size, isFile } = await handle.stat().then((stat) => ({
      size: stat.size,
      isFile: stat.isFile(),
    }));
    if (!isFile) return undefined;
    if (size <= most) return (await handle.read(Buffer.alloc(size), 0, size, 0)).buffer;
    if (!refuse) return undefined;
    throw refuse(`has ${size} bytes, too many for what it is`);
  } finally {
    await handle.close();
  }
}
