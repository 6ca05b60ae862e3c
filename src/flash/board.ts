import type { ImageIndex } from '../image/image.js';
import type { Refusal } from './kind.js';

/** The names that OpenWrt's builds for many devices have in place of a board. */
const anyBoard = new Set(['generic', '*']);

/**
 * Tells why an image must not go to this device by what OpenWrt's metadata behind it says (fwtool,
 * `supported_devices`), or where there is none, by the folder in a sysupgrade file, or by the device trees in a FIT; or nothing. Pure. Older names of boards lack the vendor, on either side: `ap-2` is `acme,ap-2`.
 * Where the image names no board, or the device has no name, it gives nothing.
 * @param compatible names that the device has for itself: device tree, DMI product name, board.json
 */
export function boardRefusal(
  { path, metadata, ...image }: ImageIndex,
  compatible: string[],
): Refusal | undefined {
  const stated = metadata?.supportedDevices ?? [];
  const archive = image.board ?? image.sysupgrade?.board;
  if (stated.length === 0 && archive === undefined && image.boards)
    return fitRefusal(path, image.boards, compatible);
  const boards = stated.length > 0 || archive === undefined ? stated : [archive];
  if (boards.length === 0 || compatible.length === 0) return undefined;
  const isSame = stated.length > 0 ? isSameBoard : isSameFolder;
  const fits = boards.some(
    (board) => anyBoard.has(board) || compatible.some((name) => isSame(board, name)),
  );
  return fits ? undefined : otherBoard(path, boards, compatible);
}

/**
 * A FIT fits where the device has the most particular name of one of its boards, or one of them has the device's: what is behind these
 * are names of processors.
 */
function fitRefusal(path: string, boards: string[][], compatible: string[]): Refusal | undefined {
  const [own = ''] = compatible;
  const fits = boards.some((names) => compatible.includes(names[0]!) || names.includes(own));
  const firsts = [...new Set(boards.flatMap(([first = '']) => first))];
  return fits || own === '' ? undefined : otherBoard(path, firsts, compatible);
}

const otherBoard = (path: string, boards: string[], device: string[]): Refusal => ({
  code: 'IMAGE_BOARD',
  message: `the image ${path} is for ${listed(boards)}, the device is ${listed(device)}`,
  hint: 'Get the image for this device. If this is the right one all the same, consent with --accept-board.',
  data: { boards, device },
});

/** What a device's OpenWrt says of its settings, and whether the new system gets any. */
export interface Settings {
  /** The version of the settings; absent where the device has no OpenWrt, or does not tell. */
  compatVersion?: string | undefined;
  /** Whether files of the old system are put into the new one. */
  kept: boolean;
}

/**
 * Tells why an image must not go to this device by the version that it says it is compatible with, or nothing: as OpenWrt has it,
 * another major one needs another layout of the flash first, and another minor one does not take the old settings. Pure.
 */
export function compatRefusal(
  { path, metadata }: ImageIndex,
  { compatVersion: device, kept }: Settings,
): Refusal | undefined {
  if (metadata === undefined || device === undefined) return undefined;
  const { compatVersion: image, compatMessage } = metadata;
  const [[major, minor = '0'], [ownMajor, ownMinor = '0']] = [image.split('.'), device.split('.')];
  const says = compatMessage === undefined ? '' : ` It says: ${compatMessage}`;
  if (major !== ownMajor)
    return {
      code: 'IMAGE_BOARD',
      message: `the image ${path} is for compat_version ${image}, the device has ${device}: its flash may need another layout first.${says}`,
      hint: "OpenWrt's page of the device tells how. Where that is done, consent with --accept-board.",
      data: { image, device },
    };
  if (minor === ownMinor || !kept) return undefined;
  return {
    code: 'KEEP_REFUSED',
    message: `the image ${path} is for compat_version ${image}, the device has ${device}: the settings that the profile keeps do not fit it.${says}`,
    hint: 'To write without them, consent with --drop-kept.',
    data: { image, device },
  };
}

/** Warns where an image needs another layout of the flash, or other settings, and the device does not tell which it has. Pure. */
export function compatNote(
  { path, metadata }: ImageIndex,
  device: string | undefined,
): string | undefined {
  if (metadata === undefined || device !== undefined || /^1(\.0)?$/.test(metadata.compatVersion))
    return undefined;
  const { compatVersion, compatMessage } = metadata;
  const needs = /^1\./.test(compatVersion)
    ? 'settings of an older system may not fit it'
    : 'the device may need another layout of its flash, or another boot loader, first';
  const why = compatMessage === undefined ? '' : ` It says: ${compatMessage}`;
  return `${path} is of OpenWrt's compat_version ${compatVersion}: ${needs}.${why}`;
}

/** The folder of a sysupgrade file has underscores in place of commas. */
const isSameFolder = (folder: string, name: string): boolean =>
  folder === name.replaceAll(',', '_') || folder === withoutVendor(name);

const isSameBoard = (board: string, name: string): boolean =>
  board === name ||
  (!board.includes(',') && board === withoutVendor(name)) ||
  (!name.includes(',') && name === withoutVendor(board));

const withoutVendor = (name: string): string => name.slice(name.indexOf(',') + 1);

const listed = (names: string[]): string =>
  names.length > 6
    ? `${names.slice(0, 6).join(', ')} and ${names.length - 6} more`
    : names.join(', ');
