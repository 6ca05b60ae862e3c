/** Copies of an environment of U-Boot, as levitate reads and changes them. */
import type { BootLoader, LoaderSpec } from '../src/boot-loader/loader.js';
import type { LoaderState } from '../src/boot-loader/loader-place.js';
import { loaderOf } from '../src/boot-loader/loaders.js';
import { afterWrite } from '../src/boot-loader/loader-place.js';
import type { SlotChange } from '../src/boot-loader/slot-record.js';
import { writtenCopy } from '../src/boot-loader/u-boot/environment.js';

/** The loader of a device whose copies are files, unless it says otherwise. */
export const uBoot = (spec: Partial<LoaderSpec> = {}): BootLoader =>
  loaderOf({
    loader: 'u-boot-env',
    environment: ['uboot.env', 'uboot-redund.env'].map((name) => ({
      device: '/dev/vda1',
      file: `/${name}`,
    })),
    slots: { a: {}, b: {} },
    ...spec,
  });

/** A copy as a loader writes it. */
export const copyOf = (text: string, flag?: number, bytes = 4096): Buffer =>
  writtenCopy({
    entries: text.split(' ').map((entry) => entry.replaceAll('_', ' ').replaceAll('-', '_')),
    ...(flag === undefined ? {} : { flag }),
    ...{ bigEndian: false, bytes, filler: 0 },
  });

/** Every state that a change goes through: before it, between its writes, after it. */
export function statesOf(
  loader: BootLoader,
  state: LoaderState,
  change: SlotChange,
): LoaderState[] {
  const states = [state];
  for (const write of loader.change(state, change)) states.push(afterWrite(states.at(-1)!, write));
  return states;
}
