import { LevitateError, type ErrorCode } from '../../errors.js';
import { asItIs, packedKernel, withoutFormat } from '../../flash/refusals.js';
import { takersOf } from '../../flash/takers.js';
import { targetOf } from '../../flash/target.js';
import { aboutFormat } from '../../image/format/formats.js';
import { foreignOf } from '../../image/format/foreign.js';
import { headerDetails, sniff } from '../../image/format/sniff.js';
import type { Container } from '../../image/container/container.js';
import type { ImageFormat, ImageIndex, ImageMetadata, ImagePlace } from '../../image/image.js';
import { peek, type Peek } from '../../image/peek.js';
import { signaturesBeside } from '../../image/signature/signature-file.js';
import type { SignedBy } from '../../image/signature/signed-by.js';
import { asRequest, type ImageRequest } from '../../image/request.js';
import { loadProfile } from '../../profile/load.js';
import type { Profile } from '../../profile/profile.js';
import type { Run } from '../../progress.js';
import { indexImageFile } from '../prepare.js';

export type { ContainedFile, Container } from '../../image/container/container.js';
export type { SignedBy } from '../../image/signature/signed-by.js';
export type { ImageFormat, ImageMetadata, ImagePlace } from '../../image/image.js';

/** What `describeImage` takes. */
export interface DescribeImageOptions {
  /** The file: a path, `raw:` and a path, or a request. */
  image: string | ImageRequest;
  /** Path of a profile, whose targets are then named, and whose keys must have signed the file if it has any. */
  profile?: string;
}

/** Why `flash` and `deploy` would not write a file. */
export interface ImageRefusal {
  /** The code that they would fail with. */
  code: ErrorCode;
  /** What is wrong, for people. */
  message: string;
  /** What to do about it, for people. */
  hint?: string;
}

/** What `describeImage` gives. */
export interface ImageReport {
  /** Path of the file. */
  path: string;
  /** What it is, for people; its content tells, never its name. */
  what: string;
  /** The format of its content. */
  format: ImageFormat;
  /** What it is compressed with; `none` where it is not. */
  compression: string;
  /** Bytes of the file. */
  storedLength: number;
  /** Bytes that would be written; missing where they cannot be known. */
  length?: number;
  /** Hex SHA-256 of these bytes. */
  sha256?: string;
  /** What its headers say, for people. */
  details: string[];
  /** OpenWrt's metadata behind it. */
  metadata?: ImageMetadata;
  /** What tells that it is whole and genuine, for people; empty where nothing does, and where it is refused. */
  protectedBy: string[];
  /** Paths of the signatures that lie beside it, whether they count or not. */
  signatures: string[];
  /** The signature that counts, by a key of the profile. */
  signedBy?: SignedBy;
  /** The kinds of targets that take it, and the names of those that the profile has. */
  targets: ImageTarget[];
  /** The files that lie in it, where it holds others. */
  container?: Container;
  /** Why it would not be written; empty where it would. */
  refusals: ImageRefusal[];
}

/** A kind of target that takes an image. */
export interface ImageTarget {
  /** The key that tells the kind in the profile. */
  kind: string;
  /** The place that a target of this kind then is. */
  place: ImagePlace;
  /** What that is, and how a profile names it, for people. */
  form: string;
  /** Targets of this kind that the profile has; missing without a profile. */
  names?: string[];
}

/**
 * Tells what a file is, what protects it, and where it could be written. It reads all of the file, as `flash` does. That a file
 * would be refused is a result here, not an error.
 * @throws LevitateError IMAGE_UNREADABLE, INTERRUPTED, and what loading the profile throws
 */
export async function describeImage(
  { image, profile: profilePath }: DescribeImageOptions,
  run: Run = {},
): Promise<ImageReport> {
  const request = asRequest(image);
  const profile = profilePath === undefined ? undefined : await loadProfile(profilePath);
  const first = await peek(request);
  const { storedLength, compression, container } = first;
  const read = await indexImageFile(request, run, profile?.trust).catch((error: unknown) => {
    if (error instanceof LevitateError && isJudgement(error)) return error;
    throw error;
  });
  const common = {
    path: request.path,
    what: request.raw ? `bytes that are taken as they are: ${describe(first)}` : describe(first),
    compression,
    storedLength,
    details: detailsOf(first),
    signatures: (await signaturesBeside(request.path)).map(({ path }) => path),
    ...(container ? { container } : {}),
  };
  if (read instanceof LevitateError)
    return {
      ...common,
      format: first.container ? 'unknown' : sniff(first.head),
      protectedBy: [],
      targets: [],
      refusals: [refusalOf(read)],
    };
  const { format, length, sha256, protectedBy, metadata, signedBy } = read;
  const targets = targetsFor(read, profile);
  return {
    ...common,
    format,
    length,
    sha256,
    details: [...common.details, ...foundDetails(read)],
    ...(metadata ? { metadata } : {}),
    protectedBy,
    ...(signedBy ? { signedBy } : {}),
    targets,
    refusals: targets.length === 0 ? [nowhere(read)] : [],
  };
}

/** Whether an error says something of the file, and not of the way to it or of this program. */
const isJudgement = ({ code }: LevitateError): boolean =>
  code === 'TOOL_MISSING' || (code.startsWith('IMAGE_') && code !== 'IMAGE_UNREADABLE');

function describe({ head, compression, container }: Peek): string {
  const plain = container?.what ?? foreignOf(head)?.what ?? aboutFormat(sniff(head)).title;
  const packed =
    compression === 'sparse' ? 'in an Android sparse image' : `compressed with ${compression}`;
  return compression === 'none' || container ? plain : `${plain}, ${packed}`;
}

const detailsOf = ({ head, container }: Peek): string[] =>
  container || foreignOf(head) ? [] : headerDetails(head);

/** What was found while all of an image was read, for people. */
function foundDetails(image: ImageIndex): string[] {
  const { disk, ubi, ubifsLebSize, metadata, looksLike, tree, sysupgrade } = image;
  const boards = metadata?.supportedDevices ?? (image.boards ?? []).flatMap(([name = '']) => name);
  return [
    ...(disk === undefined
      ? []
      : [
          ...(disk.partitions === undefined
            ? []
            : [`${disk.partitions} partition${disk.partitions === 1 ? '' : 's'}`]),
          `for sectors of ${disk.sectorSizes.join(' or ')} bytes`,
          `needs a disk of ${disk.size} bytes at least`,
        ]),
    ...(ubi === undefined
      ? []
      : [
          `volumes ${ubi.volumes.join(', ')}`,
          `eraseblocks of ${ubi.pebSize} bytes`,
          `volume headers at ${ubi.vidHeaderOffset}`,
        ]),
    ...(ubifsLebSize === undefined ? [] : [`for LEBs of ${ubifsLebSize} bytes`]),
    ...(tree === undefined
      ? []
      : [`${tree.entries.length} names, of which ${tree.files} are files of ${tree.bytes} bytes`]),
    ...(sysupgrade === undefined ? [] : [`for the board ${sysupgrade.board}`]),
    ...(boards.length === 0 ? [] : [`for the boards ${boards.join(', ')}`]),
    ...(looksLike === undefined ? [] : [`it looks like ${looksLike}`]),
  ];
}

function targetsFor(image: ImageIndex, profile: Profile | undefined): ImageTarget[] {
  const found = takersOf(image);
  if (!profile) return found;
  const kinds = [
    ...Object.entries(profile.targets).map(
      ([name, spec]) => [name, targetOf(spec).kind.name] as const,
    ),
    ...Object.keys(profile.groups ?? {}).map((name) => [name, 'sysupgrade'] as const),
  ];
  return found.map((one) => ({
    ...one,
    names: kinds.filter(([, kind]) => kind === one.kind).map(([name]) => name),
  }));
}

/** Why no kind of target takes a sound image. */
function nowhere(image: ImageIndex): ImageRefusal {
  const packed = packedKernel(image, { name: 'any target' });
  const { message, hint } = packed ?? {
    message: `the image is ${withoutFormat(image)}`,
    hint: asItIs(image),
  };
  return { code: 'IMAGE_FORMAT', message, ...(hint === undefined ? {} : { hint }) };
}

const refusalOf = ({ code, message, hint }: LevitateError): ImageRefusal => ({
  code,
  message,
  ...(hint === undefined ? {} : { hint }),
});
