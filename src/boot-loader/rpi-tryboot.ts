import { LevitateError } from '../errors.js';
import {
  NotAutoboot,
  autobootMost,
  readAutoboot,
  writeAutoboot,
  type Autoboot,
} from './autoboot.js';
import type { BootLoader, EnvironmentFile, LoaderKind, LoaderSpec } from './loader.js';
import type { LoaderState } from './loader-place.js';
import { filePlace } from './places/file.js';
import { pathPlace } from './places/path.js';
import { afterChange, type SlotRecord } from './slot-record.js';

/** Bytes that autoboot.txt must have: a file that grows is two writes. The rest of its sector stays free. */
const autobootBytes = autobootMost / 2;

const told = '/proc/device-tree/chosen/bootloader';

/**
 * The firmware of a Raspberry Pi, which chooses a partition by autoboot.txt: one by default, and one for a single reboot that asks for
 * it by the word tryboot. What levitate notes besides stands in the section [none], which the firmware skips.
 */
export const rpiTryboot: LoaderKind = {
  environment: [1, 1],
  // The flag is gone before anything starts.
  mostTries: 1,
  slotPartitions: true,
  of: (spec): BootLoader => {
    const partitions = partitionsOf(spec);
    return {
      places: () => ({
        autoboot: filePlace({
          ...(spec.environment[0] as EnvironmentFile),
          ...{ bytes: autobootBytes, fileSystems: ['vfat'] },
        }),
        partition: pathPlace(`${told}/partition`),
        devices: pathPlace('/proc/devices'),
        misc: pathPlace('/proc/misc'),
        boot: pathPlace('/proc/sys/kernel/random/boot_id'),
      }),
      read: (state) => inFile(() => recordIn(state, partitions)),
      change: (state, change) =>
        inFile(() => {
          // It is the first step of each update, and the same kernel ends it, be it in maintenance.
          if (change.do === 'disarm') refuseOtherKernels(state);
          const record = afterChange(recordIn(state, partitions), change);
          const bytes = writeAutoboot(settingsOf(state, record, partitions), autobootBytes);
          return [{ do: 'replace', place: 'autoboot', bytes }];
        }),
      started: ({ partition }) => slotOf(partitions, numberIn(partition)),
      trialReboot: '0 tryboot',
    };
  },
};

type Partitions = Record<string, string>;

const partitionsOf = ({ slots }: LoaderSpec): Partitions =>
  Object.fromEntries(Object.entries(slots).map(([slot, { partition }]) => [slot, `${partition}`]));

const slotOf = (partitions: Partitions, number: string | undefined): string | undefined =>
  Object.keys(partitions).find((slot) => partitions[slot] === number);

/** A number of the device tree: 32 bits, the highest first. */
const numberIn = (bytes: Uint8Array | undefined): string | undefined =>
  bytes?.length === 4 ? String(Buffer.from(bytes).readUInt32BE()) : undefined;

function fileOf({ autoboot, partition }: LoaderState): Autoboot {
  if (!autoboot) throw new NotAutoboot('is not there');
  if (!partition)
    throw new NotAutoboot(
      `may not count: the firmware does not say in ${told} which partition it has started`,
    );
  return readAutoboot(autoboot);
}

function recordIn(state: LoaderState, partitions: Partitions): SlotRecord {
  const { all, tryboot, none } = fileOf(state);
  const stable = slotOf(partitions, all['boot_partition']);
  if (stable === undefined)
    throw new NotAutoboot(
      all['boot_partition'] === undefined
        ? 'names no boot_partition in [all]'
        : `names partition ${all['boot_partition']}, and boot.slots has it not`,
    );
  if (all['tryboot_a_b'] !== '1')
    throw new NotAutoboot('has no tryboot_a_b=1 in [all]: a trial would look for a tryboot.txt');
  const next = slotIn(none['lv_next']);
  const unfinished = slotIn(none['lv_unfinished']);
  const previous = slotIn(none['lv_previous']);
  // The flag that leads to a trial outlives one reboot alone: in another boot than that which has asked for the trial it is gone.
  const waits =
    none['lv_boot'] === bootOf(state) && tryboot['boot_partition'] === partitions[next!];
  return {
    stable,
    ...(next === undefined || next === stable
      ? {}
      : { trial: { slot: next, left: waits ? 1 : 0 } }),
    ...(unfinished === undefined ? {} : { unfinished }),
    ...(previous === undefined || previous === stable ? {} : { previous }),
  };
}

/** The boot in which this is read, as far as it tells boots apart. */
const bootOf = ({ boot }: LoaderState): string =>
  Buffer.from(boot ?? [])
    .toString()
    .slice(0, 8);

const slotIn = (value: string | undefined): string | undefined =>
  value === '' ? undefined : value;

function settingsOf(
  state: LoaderState,
  { stable, trial, unfinished, previous }: SlotRecord,
  partitions: Partitions,
): Autoboot {
  const { all, tryboot, none } = fileOf(state);
  // As the firmware's documents have it, both numbers change places when a trial was confirmed.
  const tried = trial && trial.left > 0 ? trial.slot : trial ? stable : (previous ?? stable);
  const others = Object.entries(none).filter(([name]) => !name.startsWith('lv_'));
  return {
    all: { ...all, boot_partition: partitions[stable]! },
    tryboot: { ...tryboot, boot_partition: partitions[tried]! },
    none: {
      ...Object.fromEntries(others),
      ...(trial ? { lv_next: trial.slot } : {}),
      ...(trial && trial.left > 0 ? { lv_boot: bootOf(state) } : {}),
      ...(unfinished === undefined ? {} : { lv_unfinished: unfinished }),
      ...(previous === undefined ? {} : { lv_previous: previous }),
    },
  };
}

/**
 * Only the kernel of Raspberry Pi tells the firmware of a trial (drivers/firmware/raspberrypi.c); it is known by the mailbox among its
 * devices (drivers/char/broadcom/vcio.c). Any other one reboots as if nothing had been asked for.
 * @throws LevitateError SLOT_REFUSED
 */
function refuseOtherKernels({ devices, misc }: LoaderState): void {
  if ([devices, misc].some((list) => list && /\bvcio\b/.test(Buffer.from(list).toString()))) return;
  throw new LevitateError(
    'SLOT_REFUSED',
    'the running kernel is not that of Raspberry Pi, and would not tell the firmware of a trial',
    {
      hint: 'A kernel of kernel.org or Debian ignores `reboot "0 tryboot"`. The system needs the kernel that Raspberry Pi publishes.',
    },
  );
}

function inFile<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof NotAutoboot)) throw cause;
    throw new LevitateError('BOOT_LOADER_UNKNOWN', `autoboot.txt ${cause.message}`, {
      hint: 'boot.environment and boot.slots of the profile say where it lies, and the number of each partition. `levitate help slots` tells how a Raspberry Pi is set up for slots.',
      cause,
    });
  }
}
