/** What `npm run e2e:boot` tries: each boot loader with two slots × what has to hold of it. Data alone. */

/** What is tried, in the order in which one device goes through it, and what must hold. */
export const mustHold = {
  'good update': 'the system goes on until one reboot; the new slot is confirmed',
  'same build': 'nothing is done',
  'panic in the new kernel': 'the boot loader falls back, and `deploy` says so',
  'kernel missing': 'the same',
  'kernel missing, not tried': 'the slot is refused before it is tried',
  'kernel is none': 'the boot loader falls back, and `deploy` says so',
  hang: 'the same, after the watchdog',
  'cut in the write': 'the slot that ran starts',
  'cut around each transition': 'each change leaves what was, or what is to be',
  'cut on trial': 'the new slot starts while tries are left, then the one that ran',
  'no network in the new slot': 'the trial timer reboots it, and the boot loader falls back',
  'confirmed later':
    'a deploy was killed on the way; `confirm` keeps the slot, if it has the build',
  rollback: 'the slot before starts, from then on',
  'from maintenance': 'a good update that is written from there',
} as const;

export type BootCell = keyof typeof mustHold;

export const bootCells = Object.keys(mustHold) as BootCell[];

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
