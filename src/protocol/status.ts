import { Type, type Static } from '@sinclair/typebox';
import { Holder } from './holders.js';
import { count, flag, nullable, seconds, text, texts } from './values.js';

/** The right to write that somebody has. */
export const HeldLease = Type.Object(
  {
    token: count('its number'),
    owner: text('who has it'),
    seconds: seconds('since when'),
  },
  { description: 'the lease that is held' },
);

/** A write that is under way, or that a cut left waiting. */
export const Writer = Type.Object(
  {
    target: text('the key of the target'),
    sha256: text('of the image, as hexadecimal digits'),
    next: count('the chunk that is wanted next'),
  },
  { description: 'the write that waits for data' },
);

/**
 * What every protocol's status says, so that a device in maintenance can be told to leave by any levitate. This part of the
 * contract, and the verbs `status` and `leave` without words, never change.
 */
export const StatusCore = Type.Object({
  protocol: Type.Optional(count('the number of its protocol; without it 0')),
  version: text('of the levitate that made the archive'),
  boot_id: text('of the kernel that runs'),
  entry: text('the id of the entry; empty where the archive was booted by itself'),
});
/** The core of a status, as a value. */
export type StatusCore = Static<typeof StatusCore>;

/** Where the device is. */
export const Status = Type.Object({
  ...StatusCore.properties,
  protocol: count('the number of its protocol'),
  chunk_bytes: count('bytes of a chunk'),
  name: text('of the profile'),
  phase: text(
    '`starting`, `released` once nothing of the old system is left, `held` when something stays; `staying` in a chroot of the running system, which goes on',
  ),
  root: text('the type of the file system that PID 1 stands on'),
  touched: flag('whether anything was written to flash'),
  rescue: Type.Optional(flag('whether it is the rescue that a half-written disk was started from')),
  targets: Type.Record(Type.String(), Type.String(), {
    description: 'the key of each target that was written to: `touched` or `verified`',
  }),
  held: Type.Array(Holder, { description: 'what of the old system is left' }),
  holders: Type.Record(
    Type.String(),
    nullable(Type.Array(Holder, { description: 'what stands on it' })),
    {
      description:
        'each target of the profile: what stands on it, or null where the device has none',
    },
  ),
  modules_failed: texts('`name: reason` of each kernel module that could not be loaded'),
  lease: nullable(HeldLease),
  writer: nullable(Writer),
  seconds: seconds('since the maintenance root began'),
  memory_available_kib: count('what programs can still have'),
});
