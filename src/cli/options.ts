import { LevitateError } from '../errors.js';
import { remembering } from './ask.js';
import { imageRequest, type ImageRequest } from '../operations/image-request.js';

/** Options of every command. */
export interface Shared {
  json?: boolean;
  verbose?: boolean;
  quiet?: boolean;
  sshConfig?: string;
}

/** Options of the commands that are steps of a build. */
export interface BuildStep {
  depfile?: string;
  sysroot?: string;
}

/** Options of the commands that write. */
export interface Consents {
  acceptCounterLoss?: boolean;
  dropVolumes?: boolean;
  dropKept?: boolean;
  acceptBoard?: boolean;
  full?: boolean;
  delta?: boolean;
  svg?: string;
  dryRun?: boolean;
  yes?: boolean;
}

/** The options of the commands that build an archive. */
export interface Locked {
  locked?: boolean;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Only what was given: an option that nobody wrote is absent, not undefined. */
export const given = <T extends Record<string, unknown>>(options: T): Defined<T> =>
  Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Defined<T>;

/** `0x80008000` or `LOAD,ENTRY`, where U-Boot puts a kernel. */
export function addressesOf(text: string): { load: number; entry: number } {
  const parts = text.split(',');
  const [load = Number.NaN, entry = load] = parts.map((part) =>
    /^(0x[0-9a-f]+|[0-9]+)$/i.test(part) ? Number(part) : Number.NaN,
  );
  if (parts.length <= 2 && load <= 0xffffffff && entry <= 0xffffffff) return { load, entry };
  throw new LevitateError(
    'USAGE',
    `'${text}' is no address below 4 GiB such as 0x80008000, or two: LOAD,ENTRY`,
    { hint: "The kernel's build or the board's manual names these addresses." },
  );
}

/** The consents that were given, and the way and the picture that were asked for. */
export const consents = ({
  acceptCounterLoss,
  dropVolumes,
  dropKept,
  acceptBoard,
  full,
  delta,
  svg,
  dryRun,
}: Consents) =>
  given({
    ...{ acceptCounterLoss, dropVolumes, dropKept, acceptBoard },
    ...{ svg, dryRun, way: wayOf(full, delta) },
  });

const wayOf = (full?: boolean, delta?: boolean): 'full' | 'delta' | undefined =>
  full ? 'full' : delta ? 'delta' : undefined;

/** How the host is reached. A person on a terminal may be asked. */
export const connection = (host: string, { sshConfig, json }: Shared) => {
  const interactive = process.stdin.isTTY && !json;
  return {
    host,
    interactive,
    ...(interactive ? { ask: remembering() } : {}),
    ...given({ sshConfig }),
  };
};

/** Which of the arguments of `install` is what: a root file system takes the place of HOST. */
export const hostAndProfile = (
  first: string,
  second: string | undefined,
  root: string | undefined,
): { host: string | undefined; profile: string | undefined } =>
  root !== undefined && second === undefined
    ? { host: undefined, profile: first }
    : { host: first, profile: second };

/** Either a host or a root file system being built. */
export function place(host: string | undefined, options: Shared & { root?: string }) {
  if ((host === undefined) === (options.root === undefined)) {
    throw new LevitateError('USAGE', 'give either a host or --root DIR', {
      hint: 'HOST is a running device, and DIR a root file system that is being built.',
    });
  }
  return options.root === undefined ? connection(host ?? '', options) : { root: options.root };
}

/** Arguments `TARGET=IMAGE` as an object; `imageRequest` says what IMAGE may be. */
export function imagesOf(pairs: string[]): Record<string, ImageRequest> {
  const images: Record<string, ImageRequest> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const target = pair.slice(0, at);
    const image = imageRequest(pair.slice(at + 1));
    if (at <= 0 || image.path === '') {
      throw new LevitateError('USAGE', `'${pair}' is not of the form TARGET=IMAGE`, {
        hint: 'TARGET is a name under flash.targets of the profile, and IMAGE a file: disk=new.img.zst.',
      });
    }
    if (target in images)
      throw new LevitateError('USAGE', `the target ${target} is named twice`, {
        hint: 'A target takes one image; write the other one to its own target.',
      });
    images[target] = image;
  }
  return images;
}

/** Whether the lock alone counts, for a command whose profile may be left out. */
export function lockedOf(profile: string | undefined, { locked }: Locked) {
  if (locked && profile === undefined) {
    throw new LevitateError('USAGE', '--locked needs a profile: the lock lies beside it', {
      hint: 'levitate enter HOST PROFILE --locked',
    });
  }
  return given({ locked });
}
