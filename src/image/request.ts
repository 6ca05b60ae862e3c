import { LevitateError } from '../errors.js';
import type { ByteRange } from './image.js';

/** An image as a person asked for it: which file, and what may be done with it. */
export interface ImageRequest {
  /** Path of the file on this machine. */
  path: string;
  /** The bytes of the file as they are: not decompressed, and of a format that levitate need not know. */
  raw?: boolean;
  /** Hex SHA-256 that the file as stored must have. */
  sha256?: string;
  /** Which bytes of the file it is; absent where it is all of it. */
  within?: ByteRange;
}

const rawPrefix = 'raw:';

/**
 * Reads the argument that names an image: `FILE`, or `raw:FILE` for a file whose bytes are to be written as they are;
 * either with `#sha256=HEX` behind it, the digest that the file must have. The path is empty where the argument names
 * no file. A file whose name begins with `raw:` is called `./raw:…`. Only the last `#sha256=` is a digest, and any
 * other `#` is part of the name: a file whose name itself ends so is named with its digest behind.
 * @throws LevitateError USAGE where what follows `#` is a digest that is not of that form
 */
export function imageRequest(argument: string): ImageRequest {
  const raw = argument.startsWith(rawPrefix);
  const rest = raw ? argument.slice(rawPrefix.length) : argument;
  const [, path = rest, kind, digest] = /^(.*)#(sha-?\d+|md5|crc32)=([^#/]*)$/is.exec(rest) ?? [];
  if (kind !== undefined && kind !== 'sha256')
    throw otherKind(raw ? rawPrefix + path : path, kind, digest ?? '');
  if (digest !== undefined && !isSha256(digest))
    throw new LevitateError('USAGE', `'#${kind}=${digest}' is not a SHA-256 digest`, {
      hint: 'Write #sha256= and 64 hexadecimal digits, as sha256sum prints them.',
    });
  return {
    path,
    ...(raw ? { raw } : {}),
    ...(digest === undefined ? {} : { sha256: digest.toLowerCase() }),
  };
}

/** The argument that names an image; the inverse of `imageRequest`. */
export const imageArgument = ({ path, raw = false, sha256 }: ImageRequest): string =>
  `${raw ? rawPrefix : ''}${path}${sha256 === undefined ? '' : `#sha256=${sha256}`}`;

const isSha256 = (digest: string): boolean => /^[0-9a-f]{64}$/i.test(digest);

/** The error for a digest whose kind is misspelt, or is another than SHA-256. */
const otherKind = (file: string, kind: string, digest: string): LevitateError =>
  /^sha-?256$/i.test(kind)
    ? new LevitateError('USAGE', `'#${kind}=' is not how a digest begins: it is '#sha256='`, {
        hint: `Write ${file}#sha256=${isSha256(digest) ? digest.toLowerCase() : 'HEX'}.`,
      })
    : new LevitateError('USAGE', `'#${kind}=' is a digest that levitate does not compare`, {
        hint: `Write #sha256= and the 64 hexadecimal digits that sha256sum prints, after the file was compared with the digest that you have.`,
      });

/** Makes a request of what a caller gives: an argument as a person writes it, or the request itself. */
export const asRequest = (given: string | ImageRequest): ImageRequest =>
  typeof given === 'string' ? imageRequest(given) : given;
