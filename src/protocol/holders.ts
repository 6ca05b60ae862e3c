import { Type, type Static, type TProperties } from '@sinclair/typebox';
import { count, text, texts } from './values.js';

const device = text('its name in sysfs');
const holder = <Kind extends string, Fields extends TProperties>(kind: Kind, fields: Fields) =>
  Type.Object({ kind: Type.Literal(kind), ...fields });

/** Every kind of thing that can keep flash or the old system in use. */
export const holders = [
  holder('process', {
    pid: count('its process id'),
    name: text('its name'),
    via: texts('what of it refers there: `exe`, `cwd`, `root`, `fd`, `map` or `namespace`'),
  }),
  holder('mount', {
    point: text('the mount point'),
    pid: Type.Optional(
      count('a process in whose mount namespace it is, where that is another one'),
    ),
    name: Type.Optional(text('the name of that process')),
  }),
  holder('swap', { file: text('the file or device') }),
  holder('dm', { device, name: text('its name in the device mapper') }),
  holder('md', { device }),
  holder('bcache', { device: text('the name in sysfs of a cache, or of what is cached') }),
  holder('loop', { device, file: text('the file behind it') }),
  holder('zram', { device, file: Type.Optional(text('what it writes back to')) }),
  holder('ubiblock', { device }),
  holder('ubi', { device, mtd: text('the MTD that it is attached to, such as `mtd3`') }),
  holder('device', { device }),
  // The kernel itself refuses the device to others, as block2mtd and an overlay do.
  holder('claim', { device }),
  // The garbage collector of a JFFS2 runs, which an overlay keeps after its parts were unmounted.
  holder('jffs2', { device: text('the MTD') }),
  // What is in use could not be looked at to the end.
  holder('unknown', {}),
] as const;

/** Something that keeps flash or the old system in use. */
export type Holder = Static<(typeof holders)[number]>;
/** What kind of thing holds a target. */
export type HolderKind = Holder['kind'];

/** Its `kind` says which fields it has. */
export const Holder = Type.Unsafe<Holder>({
  type: 'object',
  description: 'something that keeps flash or the old system in use',
  required: ['kind'],
  // Chooses the branch, so that a fault names the field of the kind that was meant.
  discriminator: { propertyName: 'kind' },
  oneOf: [...holders],
});
