import { test } from 'vitest';
import type { BootOptions, DeviceName } from '../lab/index.js';
import { Levitate } from './levitate.js';

/** How a file's tests get their device. */
export interface DeviceTestOptions {
  /** `test`, unless told: each test has a device of its own. `file`: the file's tests work on one, one after the other. */
  scope?: 'test' | 'file';
  /** Hardware other than usual: the device then boots. */
  hardware?: BootOptions;
}

/**
 * `test` for what is done to a device: its functions, and those of `test.beforeEach` and the like, get `levitate`, the
 * command line with that device, which goes when the test or the file has ended.
 */
export function deviceTest(name: DeviceName, options: DeviceTestOptions = {}) {
  const { scope = 'test', hardware } = options;
  // Only the type tells scopes apart: hooks around a file may ask for what has the file's.
  return test.extend('levitate', { scope: scope as 'file' }, async ({}, { onCleanup }) => {
    const levitate = await Levitate.at(name, hardware);
    onCleanup(() => levitate.close());
    return levitate;
  });
}
