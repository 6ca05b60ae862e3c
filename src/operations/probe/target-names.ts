/** Words in the names of partitions that a device cannot start without, or whose content nobody can make anew. */
const protectedWords = new RegExp(
  `(^|-)(${[
    ...[
      'u-?boot[0-9a-z]*',
      'boot-?loader[0-9]*',
      'bl[1-3]',
      'bl2[0-9]?',
      'bl31',
      'fip',
      'spl',
      'tpl',
      'sbl[0-9]?',
    ],
    ...[
      'preloader',
      'redboot',
      'cfe',
      'barebox',
      'grub',
      'bios',
      'bios-?grub',
      'efi',
      'esp',
      'mbr',
      'gpt',
    ],
    ...[
      'atf',
      'tee[0-9]?',
      'optee',
      'trust',
      'tz',
      'qsee',
      'rpm',
      'mibib',
      'appsbl',
      'devcfg',
      'ddr[a-z]*',
      'cdt',
    ],
    ...[
      'env[0-9]?',
      '[a-z]*env[0-9]?',
      'config[0-9]*',
      'cfg',
      'devinfo',
      'nvram',
      'board-?[a-z]*',
      'misc',
      'metadata',
    ],
    ...[
      'factory[0-9a-z]*',
      'art',
      'cal',
      'caldata',
      'calibration',
      'radio',
      'eeprom',
      'mac',
      'macaddr',
      'ubootenv',
    ],
    ...[
      '([a-z]+[0-9]+)?boot[01]',
      '[a-z0-9]*rpmb',
      'mfg[a-z]*',
      'oem',
      'hw-?info',
      'product-?info',
      'serial',
      'fsbl',
      'pit',
      'panic-?oops',
    ],
  ].join('|')})($|-)`,
);

/** Whether a partition of this name holds a boot loader, its settings, calibration or the like. */
export const isProtected = (name: string): boolean => protectedWords.test(sanitised(name));

/**
 * Turns a text into a name that profiles allow, of `[a-z0-9-]` and at most 63 characters; empty where nothing is left.
 */
export const sanitised = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 63)
    .replace(/-+$/, '');
