import { createHash } from 'node:crypto';
import type { Architecture } from '../profile/schema.js';
import { flattened, type FdtNode } from './fdt.js';
import { uBootArchitecture } from './u-boot.js';

/** Addresses in the device's RAM. */
export interface KernelPlace {
  /** Where the kernel is put. */
  load: number;
  /** Where it is started. */
  entry: number;
}

/** What goes into a FIT image. */
export interface FitParts {
  name: string;
  arch: Architecture;
  archive: Uint8Array;
  kernel: Uint8Array;
  /** As U-Boot names it: `none`, `gzip` … */
  kernelCompression: string;
  deviceTree?: Uint8Array;
  /** Without it, the kernel runs where U-Boot has put it. */
  place?: KernelPlace;
}

/**
 * A Flattened Image Tree (U-Boot `doc/usage/fit/source_file_format.rst`) of kernel, device tree and archive, with a
 * SHA-256 of each that U-Boot checks. It is dated 1970, so that the same parts always give the same bytes.
 */
export function fitImage(parts: FitParts): Buffer {
  const { name, deviceTree, place } = parts;
  const arch = uBootArchitecture[parts.arch].name;
  const about = (description: string) => ({ description: `${name} ${description}`, arch });
  const images: Record<string, FdtNode> = {
    kernel: image(parts.kernel, {
      ...about('kernel'),
      type: place ? 'kernel' : 'kernel_noload',
      os: 'linux',
      compression: parts.kernelCompression,
      load: place?.load ?? 0,
      entry: place?.entry ?? 0,
    }),
    ...(deviceTree
      ? {
          fdt: image(deviceTree, { ...about('device tree'), type: 'flat_dt', compression: 'none' }),
        }
      : {}),
    // The kernel unpacks it, not U-Boot.
    ramdisk: image(parts.archive, {
      ...about('maintenance root'),
      type: 'ramdisk',
      os: 'linux',
      compression: 'none',
    }),
  };
  const configuration = Object.fromEntries(Object.keys(images).map((part) => [part, part]));
  return flattened({
    properties: { description: `levitate ${name}`, timestamp: 0, '#address-cells': 1 },
    nodes: {
      images: { nodes: images },
      configurations: {
        properties: { default: 'levitate' },
        nodes: { levitate: { properties: { description: name, ...configuration } } },
      },
    },
  });
}

const image = (data: Uint8Array, properties: Record<string, string | number>): FdtNode => ({
  properties: { ...properties, data },
  nodes: {
    'hash-1': {
      properties: { algo: 'sha256', value: createHash('sha256').update(data).digest() },
    },
  },
});
