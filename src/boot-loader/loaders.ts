import { efi } from './efi/efi.js';
import { grubenv } from './grubenv.js';
import { grubNextEntry } from './grub-next-entry.js';
import { rpiTryboot } from './rpi-tryboot.js';
import { uBootEnv } from './u-boot/u-boot-env.js';
import type { BootLoader, LoaderKind, LoaderSpec } from './loader.js';
import { systemdBoot } from './systemd-boot/systemd-boot.js';

/** The names of the boot loaders that levitate knows, as a profile has them. */
export const loaderNames = [
  'grubenv',
  'grub-next-entry',
  'u-boot-env',
  'efi',
  'systemd-boot',
  'rpi-tryboot',
] as const;

/** The name of a boot loader. */
export type LoaderName = (typeof loaderNames)[number];

/** Each kind of boot loader by its name. */
export const loaderKinds: Record<LoaderName, LoaderKind> = {
  grubenv,
  'grub-next-entry': grubNextEntry,
  'u-boot-env': uBootEnv,
  efi,
  'systemd-boot': systemdBoot,
  'rpi-tryboot': rpiTryboot,
};

/** The boot loader of a device. Pure. */
export const loaderOf = (spec: LoaderSpec & { loader: LoaderName }): BootLoader =>
  loaderKinds[spec.loader].of(spec);
