import { Type } from '@sinclair/typebox';
import { loaderNames } from '../boot-loader/loaders.js';
import { AbsolutePath, Duration, Name, about, optional, strict } from '../shared/schema-common.js';

const Slot = Type.Object(
  {
    root: about(
      'the block device that the slot has its root file system on, by which levitate tells which slot runs',
      AbsolutePath,
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

const Environment = Type.Object(
  {
    device: about('the partition with the file', AbsolutePath),
    file: about('the path of the file in the file system of that partition', AbsolutePath),
  },
  { ...strict, description: 'a file on a partition: { device, file }' },
);

/** The boot loader of a device with two systems, and where these lie. */
export const Boot = Type.Object(
  {
    loader: Type.Union(
      loaderNames.map((name) => Type.Literal(name)),
      {
        title: 'what starts the slots: `grubenv` is GRUB by variables of its environment block',
        description: 'the boot loader',
      },
    ),
    environment: optional(
      Type.Union([Environment, Type.Array(Environment, { minItems: 1, maxItems: 2 })], {
        title:
          'what the boot loader chooses by; it is overwritten in place. `grubenv` has one: the file with the environment block',
        description: 'a place, or a list of two',
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
        title: 'how often the boot loader starts a new slot that nobody confirms; default: 2',
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
