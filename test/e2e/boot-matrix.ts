/** What `npm run e2e:boot` tries: each boot loader with two slots × what has to hold of it. Data alone. */

/** What has to hold, in the order in which one device goes through it. */
export const bootCells = [
  'good update',
  'same build',
  'panic in the new kernel',
  'kernel missing',
  'kernel missing, not tried',
  'kernel is none',
  'hang',
  'cut in the write',
  'cut around each transition',
  'cut on trial',
  'no network in the new slot',
  'confirmed later',
  'rollback',
  'from maintenance',
] as const;

export type BootCell = (typeof bootCells)[number];

/** The boot loaders, as they are tried. */
export const slotLoaders = [
  'grubenv',
  'grub-next-entry',
  'u-boot-env, a file',
  'u-boot-env, two copies',
  'rpi-tryboot',
  'systemd-boot',
  'efi',
] as const;

export type SlotLoader = (typeof slotLoaders)[number];

const inSlot = {
  'kernel missing, not tried':
    'The boot loader reads the kernel in the slot itself, and finds that it is missing when it tries the slot: the row above.',
};
const copied = {
  'kernel missing':
    'What starts a slot is copied out of it. A slot that lacks that is refused before it is tried: the row below.',
};

/** The cells that are no question for a boot loader, or cannot be shown, with the reason as a sentence. */
export const withoutCells: Record<SlotLoader, Partial<Record<BootCell, string>>> = {
  grubenv: inSlot,
  'grub-next-entry': inSlot,
  'u-boot-env, a file': inSlot,
  'u-boot-env, two copies': inSlot,
  'rpi-tryboot': {
    ...inSlot,
    'kernel is none':
      'Nothing says what the firmware makes of a kernel that is none, and what stands for it here cannot show that.',
  },
  'systemd-boot': copied,
  efi: copied,
};
