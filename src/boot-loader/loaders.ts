import { efi } from './efi/efi.js';
import { grubenv } from './grubenv.js';
import { uBootEnv } from './u-boot/u-boot-env.js';
import type { BootLoader, LoaderKind, LoaderSpec } from './loader.js';
import { systemdBoot } from './systemd-boot/systemd-boot.js';

/** The names of the boot loaders that levitate knows, as a profile has them. */
export const loaderNames = ['grubenv', 'u-boot-env', 'efi', 'systemd-boot'] as const;

/** The name of a boot loader. */
export type LoaderName = (typeof loaderNames)[number];

/** Each kind of boot loader by its name. */
export const loaderKinds: Record<LoaderName, LoaderKind> = {
  grubenv,
  'u-boot-env': uBootEnv,
  efi,
  'systemd-boot': systemdBoot,
};

/** The boot loader of a device. Pure. */
export const loaderOf = (spec: LoaderSpec & { loader: LoaderName }): BootLoader =>
  loaderKinds[spec.loader].of(spec);
