import { Type, type Static } from '@sinclair/typebox';
import { count, text } from './values.js';

/** What stands in front of every script that is sent to a running system. */
export const SentSettings = Type.Object({
  LEVITATE_MARK: text('what stands around each line that counts, chosen anew for each script'),
});

/** In front of a script that works with the init system. */
export const HookSettings = Type.Object({
  LEVITATE_INITS: text('the init systems to look for, in this order, with blanks between'),
});

/** For the script that makes room for a root, or takes it away. */
export const PrepareSettings = Type.Object({
  LEVITATE_INIT: text('whose functions arm and disarm'),
  LEVITATE_ROOT: text('where the root is staged'),
  LEVITATE_SIZE_KIB: text('the limit of its tmpfs; empty to take away what is there'),
  LEVITATE_NEEDED_KIB: text('what the device must have to spare before'),
  LEVITATE_ENTRY_ID: text(
    'the entry that stages it, or that takes away its own; empty to take away that of any',
  ),
});
/** What `prepare.sh` is told. */
export type PrepareSettings = Static<typeof PrepareSettings>;

/** For the script that hands over files of the running system. */
export const ReadSettings = Type.Object({
  LEVITATE_VERB: text('the function of the script: `locate`, `read_file`, `list` or `files`'),
  LEVITATE_PATHS: text('a path a line'),
});
/** What `read-files.sh` is told. */
export type ReadSettings = Static<typeof ReadSettings>;

/** For the script that runs a command of the profile, which has these in its environment. */
export const CommandSettings = Type.Object({
  LEVITATE_HOST: text('the device, as the person named it'),
  LEVITATE_PROFILE: text('the name of the profile'),
  LEVITATE_WHEN: text('`before-enter`, `after-flash`, or `after` of a migration'),
  LEVITATE_FLASHED: text('the targets that this job writes, with blanks between'),
  LEVITATE_NEW_ROOT: text('`after` a migration, where the new system is mounted; empty otherwise'),
  LEVITATE_OLD_ROOT: text('the same of the old system, which is mounted for reading alone'),
});
/** What `command.sh` is told. */
export type CommandSettings = Static<typeof CommandSettings>;

/** For the script that asks a running system about targets. */
export const DescribeSettings = Type.Object({
  LEVITATE_TARGETS: text('as in `levitate.conf`'),
  LEVITATE_SPARED_RANGES: text('as in `levitate.conf`'),
  LEVITATE_CHUNK_BYTES: count('bytes of a chunk'),
});
/** What `describe-targets.sh` is told. */
export type DescribeSettings = Static<typeof DescribeSettings>;

/** For the script that works with slots and the places by which a boot loader chooses. */
export const SlotSettings = Type.Object({
  LEVITATE_VERB: text(
    '`read` or `replace`; `look` only tells whether a file is there, `copy` copies files of a slot',
  ),
  LEVITATE_SLOTS: text('a slot a line: its name and its block device'),
  LEVITATE_PLACES: text(
    'a place a line: its name, its kind, and what `remote/places/KIND.sh` says of the words of that kind',
  ),
  LEVITATE_OLD: text(
    'to replace it: SHA-256 of what was read, as hexadecimal digits, or `missing`',
  ),
  LEVITATE_NEW: text('to replace it: the new bytes, each as printf(1) takes it in octal'),
});
/** What `slots.sh` is told. */
export type SlotSettings = Static<typeof SlotSettings>;

/** For the script that reboots a running system. */
export const RebootSettings = Type.Object({
  LEVITATE_RESTART: text('what the kernel is told with it; nothing for an ordinary reboot'),
  LEVITATE_HELPER: text('a program that tells it so, where no init system does'),
});
/** What `reboot.sh` is told. */
export type RebootSettings = Static<typeof RebootSettings>;

/** For the script about a new system beside the old one. */
export const MigrateSettings = Type.Object({
  LEVITATE_VERB: text('`look`, or `put`, which writes'),
  LEVITATE_NODE: text(
    'the partition that is freed, by its node; of `put` the node that is written',
  ),
  LEVITATE_POINTS: text('a path a line, of which the room is told'),
  LEVITATE_OFFSET: count('the byte of the node that `put` begins at'),
  LEVITATE_BYTES: text(
    'what `put` writes, whole sectors, each byte as printf(1) takes it in octal',
  ),
});
/** What `migrate.sh` is told. */
export type MigrateSettings = Static<typeof MigrateSettings>;

/** In `trial.conf`, beside the trial timer of a new slot. */
export const TrialSettings = Type.Object({
  LEVITATE_CONFIRM_WITHIN: count(
    'seconds after which a slot on trial reboots that nobody confirmed',
  ),
});
/** What the trial timer is told. */
export type TrialSettings = Static<typeof TrialSettings>;

/** For the script that sends erase counter headers. */
export const CounterSettings = Type.Object({
  LEVITATE_NODE: text('the node of the MTD'),
  LEVITATE_ERASESIZE: count('bytes of an eraseblock'),
  LEVITATE_FIRST: count('the first eraseblock that is wanted'),
  LEVITATE_COUNT: count('how many eraseblocks are'),
});
/** What `erase-counters.sh` is told. */
export type CounterSettings = Static<typeof CounterSettings>;
