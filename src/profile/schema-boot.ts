import { Type } from '@sinclair/typebox';
import { loaderNames } from '../boot-loader/loaders.js';
import { presetNames } from '../boot-loader/u-boot/presets.js';
import {
  AbsolutePath,
  Duration,
  Line,
  Name,
  about,
  optional,
  strict,
} from '../shared/schema-common.js';

const Variable = Type.String({
  pattern: '^[A-Za-z_$][A-Za-z0-9_${}]*$',
  maxLength: 60,
  description: 'the name of a variable of U-Boot, in which ${slot} may stand',
});

const Slot = Type.Object(
  {
    root: about(
      'the block device that the slot has its root file system on, by which levitate tells which slot runs',
      AbsolutePath,
    ),
    called: optional(
      about(
        "of `u-boot-env`: what U-Boot's variables call it, such as A, or the number of a partition; default: its name",
        Type.String({
          pattern: '^[A-Za-z0-9_.-]{1,32}$',
          description: 'letters, digits, dots, dashes and underscores',
        }),
      ),
    ),
    starts: optional(
      Type.Object(
        {
          file: about('its path on the EFI system partition, with slashes', AbsolutePath),
          options: optional(
            about(
              'what it is told: for a kernel its command line, with `levitate.slot=NAME`; default: that of its boot entry',
              Line('text on one line'),
            ),
          ),
        },
        {
          ...strict,
          title:
            'of `efi`: the program that UEFI starts for the slot; its boot entry is made where there is none',
        },
      ),
    ),
    copies: optional(
      Type.Object(
        {
          onto: about('the partition that the boot loader reads', AbsolutePath),
          files: Type.Record(Type.String(), about('the path on that partition', AbsolutePath), {
            ...strict,
            minProperties: 1,
            title: 'which file of the slot lies where on that partition',
            description: 'a path in the slot: a path on that partition',
          }),
        },
        {
          ...strict,
          title:
            'files of the slot, such as its kernel, that the boot loader reads from a partition of its own: levitate copies them after the slot was read back whole',
        },
      ),
    ),
    partition: optional(
      Type.Integer({
        minimum: 1,
        maximum: 128,
        title:
          'for `rpi-tryboot` the number of the FAT partition that the firmware starts the slot from',
        description: 'the number of a partition',
      }),
    ),
    targets: Type.Record(
      Name,
      about('the target of `flash.targets` that it goes to in this slot', Name),
      {
        ...strict,
        minProperties: 1,
        title:
          'what an update of the slot consists of: the name that `deploy` takes, and the target',
        description: 'a name for `deploy`, the same in both slots: a target',
      },
    ),
  },
  { ...strict, title: 'one of two systems on the device' },
);

const EnvironmentFile = Type.Object(
  {
    device: about('the partition with the file', AbsolutePath),
    file: about('the path of the file in the file system of that partition', AbsolutePath),
  },
  { ...strict, description: 'a file on a partition: { device, file }' },
);
const EnvironmentLine = Line('a line of /etc/fw_env.config: DEVICE OFFSET SIZE');

const Assignments = Type.Record(
  Type.String(),
  Type.Union(
    [
      Type.String({ description: 'a value, in which $slot, $other, $tries and $order may stand' }),
      Type.Integer({ minimum: 0, maximum: 65535, description: 'a number' }),
      Type.Record(
        Name,
        about(
          'what the variable is set to for the slot of this name',
          Type.String({ description: 'a value' }),
        ),
        { ...strict, description: 'a value for each slot, by its name in the profile' },
      ),
    ],
    {
      title: 'what the variable of this name is set to',
      description: 'a value, or one for each slot',
    },
  ),
  { ...strict, minProperties: 1, description: 'a variable: its value, or one for each slot' },
);

const Variables = Type.Union(
  [
    ...presetNames.map((name) => Type.Literal(name)),
    Type.Object(
      {
        starts: about('the variable that says which slot starts', Variable),
        counts: optional(
          about(
            'the variable in which U-Boot counts the starts of a slot: up, or down where `try` gives it $tries',
            Variable,
          ),
        ),
        try: about('what has the slot start on trial', Assignments),
        start: about('what has the slot start from then on', Assignments),
      },
      strict,
    ),
  ],
  {
    title:
      "of `u-boot-env`: what U-Boot's variables say of slots; `bootcount` (the default) is U-Boot's own way with the slot in `slot`, `mender`, `rauc` and `linksys` are those of these",
    description: `${presetNames.join(', ')}, or { starts, counts, try, start }`,
  },
);

/** The boot loader of a device with two systems, and where these lie. */
export const Boot = Type.Object(
  {
    loader: Type.Union(
      loaderNames.map((name) => Type.Literal(name)),
      {
        title:
          'what starts the slots: `grubenv` is GRUB by variables of its environment block, `grub-next-entry` the GRUB of a distribution as it is, with GRUB_DEFAULT=saved, `u-boot-env` is U-Boot by variables of its environment, `efi` UEFI itself by BootNext and BootOrder, `systemd-boot` counts by the names of its entries, `rpi-tryboot` is the firmware of a Raspberry Pi by autoboot.txt',
        description: 'the boot loader',
      },
    ),
    environment: optional(
      Type.Union(
        [
          EnvironmentFile,
          EnvironmentLine,
          Type.Array(Type.Union([EnvironmentFile, EnvironmentLine]), { minItems: 1, maxItems: 2 }),
        ],
        {
          title:
            'what the boot loader chooses by; it is overwritten in place. `grubenv` and `grub-next-entry` have one, the file with the environment block; `systemd-boot` has one, the folder of its entries; `rpi-tryboot` has one, autoboot.txt on the first partition; `efi` has none. `u-boot-env` has one for each copy; default for it: what /etc/fw_env.config of the device says',
          description: 'a place, or a list of two',
        },
      ),
    ),
    variables: optional(Variables),
    'accept-single-copy': optional(
      Type.Boolean({
        title:
          'of `u-boot-env`: whether an environment will do of which there is one copy, though a power cut while it is written has U-Boot start by what was compiled into it; default: false',
        description: 'true or false',
      }),
    ),
    slots: Type.Record(Name, Slot, {
      ...strict,
      minProperties: 2,
      maxProperties: 2,
      title: 'the two slots, by the names that the boot loader has for them',
      description: 'name of a slot, as the boot loader knows it',
    }),
    tries: optional(
      Type.Integer({
        minimum: 1,
        maximum: 3,
        title:
          'how often the boot loader starts a new slot that nobody confirms; default: 2, or 1 with `efi`, `grub-next-entry` and `rpi-tryboot`, which can try once',
        description: 'a whole number from 1 to 3',
      }),
    ),
    'confirm-within': optional(
      about(
        'after how long a new slot that nobody has confirmed reboots, where `install --root` has put the trial timer into its image; default: 10m',
        Duration,
      ),
    ),
  },
  { ...strict, title: 'two systems on the device, of which one is written while the other runs' },
);
