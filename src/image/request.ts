/** An image as a person asked for it: which file, and what may be done with it. */
export interface ImageRequest {
  /** Of the file on this machine. */
  path: string;
  /** The bytes of the file as they are: not decompressed, and of a format that levitate need not know. */
  raw?: boolean;
  /** Hex SHA-256 that the file as stored must have. */
  sha256?: string;
}

const rawPrefix = 'raw:';

/**
 * Reads the word that names an image: `FILE`, or `raw:FILE` for a file whose bytes are to be written as they are.
 * A file whose name begins with `raw:` is called `./raw:…`. The path is empty where the word names no file.
 */
export function imageRequest(word: string): ImageRequest {
  return word.startsWith(rawPrefix)
    ? { path: word.slice(rawPrefix.length), raw: true }
    : { path: word };
}

/** A request from code: a word as a person writes it, or the request itself. */
export const asRequest = (given: string | ImageRequest): ImageRequest =>
  typeof given === 'string' ? imageRequest(given) : given;
