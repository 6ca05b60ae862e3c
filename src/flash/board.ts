import type { ImageIndex } from '../image/image.js';
import type { Refusal } from './kind.js';

/** The names that OpenWrt's builds for many devices have in place of a board. */
const anyBoard = new Set(['generic', '*']);

/**
 * Tells why an image must not go to this device by what OpenWrt's metadata behind it says (fwtool,
 * `supported_devices`), or nothing. Pure. Older names of boards lack the vendor, on either side: `ap-2` is `acme,ap-2`.
 * Where the image names no board, or the device has no name, it gives nothing.
 * @param compatible names that the device has for itself: device tree, DMI product name, board.json
 */
export function boardRefusal(
  { path, metadata }: ImageIndex,
  compatible: string[],
): Refusal | undefined {
  const boards = metadata?.supportedDevices ?? [];
  if (boards.length === 0 || compatible.length === 0) return undefined;
  const fits = boards.some(
    (board) => anyBoard.has(board) || compatible.some((name) => isSameBoard(board, name)),
  );
  if (fits) return undefined;
  return {
    code: 'IMAGE_BOARD',
    message: `the image ${path} is for ${listed(boards)}, the device is ${listed(compatible)}`,
    hint: 'Get the image for this device. If this is the right one all the same, cut off its metadata with `fwtool -t -i /dev/null` on a copy.',
  };
}

/** Warns where an image needs another layout of the flash, or other settings, than those before it; else gives nothing. Pure. */
export function compatNote({ path, metadata }: ImageIndex): string | undefined {
  if (metadata === undefined || /^1(\.0)?$/.test(metadata.compatVersion)) return undefined;
  const { compatVersion, compatMessage } = metadata;
  const needs = /^1\./.test(compatVersion)
    ? 'settings of an older system may not fit it'
    : 'the device may need another layout of its flash, or another boot loader, first';
  const why = compatMessage === undefined ? '' : ` It says: ${compatMessage}`;
  return `${path} is of OpenWrt's compat_version ${compatVersion}: ${needs}.${why}`;
}

const isSameBoard = (board: string, name: string): boolean =>
  board === name ||
  (!board.includes(',') && board === withoutVendor(name)) ||
  (!name.includes(',') && name === withoutVendor(board));

const withoutVendor = (name: string): string => name.slice(name.indexOf(',') + 1);

const listed = (names: string[]): string =>
  names.length > 6
    ? `${names.slice(0, 6).join(', ')} and ${names.length - 6} more`
    : names.join(', ');
