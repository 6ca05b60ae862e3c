import { LevitateError } from '../errors.js';
import { quote } from '../shared/shell-quote.js';
import { describeHolders } from '../protocol/describe-holder.js';
import type { Holder, HolderKind } from '../protocol/holders.js';

/** What ends a holder, in the order in which they are ended: what stands on top goes first. */
const remedies: { [Kind in HolderKind]?: (holder: Extract<Holder, { kind: Kind }>) => string } = {
  process: ({ pid }) => `kill ${pid}`,
  swap: ({ file }) => `swapoff ${file}`,
  mount: ({ point }) => `umount ${point}`,
  dm: ({ name }) => `dmsetup remove ${quote(name)}`,
  md: ({ device }) => `echo clear >/sys/block/${device}/md/array_state`,
  bcache: ({ device }) =>
    `for f in stop set/stop; do f=/sys/class/block/${device}/bcache/$f; [ ! -e $f ] || echo 1 >$f; done`,
  loop: ({ device }) => `losetup -d /dev/${device}`,
  zram: ({ device }) => `echo 1 >/sys/block/${device}/reset`,
  ubiblock: ({ device }) => `ubiblock -r ${device.replace(/^ubiblock/, '/dev/ubi')}`,
  ubi: ({ device }) => `ubidetach -d ${device.replace(/^ubi/, '')}`,
};
const order = Object.keys(remedies);

/** A mount in the namespace of another process ends with that process. */
const keeperOf = (holder: Holder): Holder =>
  holder.kind === 'mount' && holder.pid !== undefined
    ? { kind: 'process', pid: holder.pid, name: holder.name ?? '', via: ['namespace'] }
    : holder;

/**
 * The refusal to write to what is in use.
 * @param what is in use, for people
 */
export function inUse(what: string, holders: Holder[]): LevitateError {
  // The flasher names mounts in the order in which they were made.
  const keepers = [...holders].reverse().map(keeperOf);
  const steps = order.flatMap((kind) =>
    keepers.filter((holder) => holder.kind === kind).flatMap((holder) => remedyOf(holder) ?? []),
  );
  const hint =
    steps.length === 0
      ? 'End what is named, in the maintenance system, and flash again.'
      : `In the maintenance system: ${[...new Set(steps)].join('; ')}. Then flash again.`;
  return new LevitateError('TARGET_IN_USE', `${what}: ${describeHolders(holders)}`, {
    hint,
    data: { holders },
  });
}

const remedyOf = <Kind extends HolderKind>(holder: Extract<Holder, { kind: Kind }>) =>
  (remedies[holder.kind] as ((holder: Holder) => string) | undefined)?.(holder);
