import type { LoaderSpec } from '../loader.js';
import type { LoaderPlace, LoaderPlaces, LoaderState } from '../loader-place.js';
import { mtdPlace, rangePlace, volumePlace } from '../places/device-bytes.js';
import { filePlace } from '../places/file.js';
import { pathPlace, wherePlace } from '../places/path.js';
import {
  NotFwEnvConfig,
  readEnvironmentLine,
  readFwEnvConfig,
  type EnvironmentLine,
} from './fw-env-config.js';

/** What is known of where an environment lies. */
export interface FoundCopies {
  /** All that is to be read. */
  places: LoaderPlaces;
  /** The names of the places with copies, as far as they are known. */
  names: string[];
  /** Whether they lie in flash, of which U-Boot may call one active, and the other obsolete. */
  mayBeObsolete: boolean;
}

/** The file systems that U-Boot writes. */
const fileSystems = ['vfat', 'ext4', 'ext3', 'ext2'];

/**
 * Finds the copies of an environment: those that the profile names, or those of `/etc/fw_env.config` of the device. A file in that is
 * looked for on its partition, because another system may mount that elsewhere. Pure.
 * @param read what was read so far
 * @throws NotFwEnvConfig
 */
export function environmentPlaces({ environment }: LoaderSpec, read: LoaderState): FoundCopies {
  const config = { config: pathPlace('/etc/fw_env.config') };
  if (environment.length === 0 && !('config' in read))
    return { places: config, names: [], mayBeObsolete: false };
  const copies =
    environment.length > 0
      ? environment.map((one) => (typeof one === 'string' ? readEnvironmentLine(one) : one))
      : readFwEnvConfig(textOf(read['config']));
  const places: Record<string, LoaderPlace> = environment.length > 0 ? {} : config;
  const names: string[] = [];
  for (const [index, copy] of copies.entries()) {
    const name = `copy-${index + 1}`;
    const where = `where-${index + 1}`;
    if ('path' in copy && !copy.path.startsWith('/dev/')) {
      places[where] = wherePlace(copy.path);
      if (!(where in read)) continue;
      places[name] = fileOf(copy, textOf(read[where]));
    } else
      places[name] =
        'path' in copy ? nodeOf(copy) : filePlace({ ...copy, bytes: 'any', fileSystems });
    names.push(name);
  }
  const mayBeObsolete = names.some((name) => places[name]!.kind === 'mtd');
  return { places, names, mayBeObsolete };
}

function textOf(bytes: Uint8Array | undefined): string {
  if (bytes) return Buffer.from(bytes).toString('latin1');
  throw new NotFwEnvConfig('is not there, and the profile names no boot.environment');
}

function nodeOf({ path: node, ...range }: EnvironmentLine): LoaderPlace {
  if (/^\/dev\/ubi/.test(node)) {
    if (range.offset !== 0) throw new NotFwEnvConfig(`has an offset for the volume ${node}`);
    return volumePlace({ node, ...range });
  }
  return /^\/dev\/mtd[0-9]+$/.test(node)
    ? mtdPlace({ node, ...range })
    : rangePlace({ node, ...range });
}

/** The file of a line on its partition. */
function fileOf({ path, offset, bytes }: EnvironmentLine, where: string): LoaderPlace {
  const [device = '', file = ''] = where.trim().split(' ');
  if (offset !== 0) throw new NotFwEnvConfig(`has an offset for the file ${path}`);
  return filePlace({ device, file, bytes, fileSystems });
}
