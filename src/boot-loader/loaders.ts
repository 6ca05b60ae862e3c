import { grubenv } from './grubenv.js';
import type { BootLoader } from './loader.js';

/** The names of the boot loaders that levitate knows, as a profile has them. */
export const loaderNames = ['grubenv'] as const;

/** The name of a boot loader. */
export type LoaderName = (typeof loaderNames)[number];

/** Each boot loader by its name. */
export const bootLoaders: Record<LoaderName, BootLoader> = { grubenv };
