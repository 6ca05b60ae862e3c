import { LevitateError } from '../../errors.js';

/** What ends a holder, tried from the first line to the last: what stands on top goes first. */
const remedies: [RegExp, (match: RegExpExecArray) => string][] = [
  [/^(?:process|mount .* in the mount namespace of process) (\d+) /, ([, pid]) => `kill ${pid}`],
  [/^swap (.*)/, ([, file]) => `swapoff ${file}`],
  [/^mount (.*)/, ([, point]) => `umount ${point}`],
  [/^dm \S+ \((.*)\)/, ([, name]) => `dmsetup remove ${name}`],
  [/^md (\S+)/, ([, name]) => `echo clear >/sys/block/${name}/md/array_state`],
  [/^loop (\S+)/, ([, name]) => `losetup -d /dev/${name}`],
  [/^zram (\S+)/, ([, name]) => `echo 1 >/sys/block/${name}/reset`],
  [/^ubiblock ubiblock(\S+)/, ([, volume]) => `ubiblock -r /dev/ubi${volume}`],
  [/^ubi ubi(\d+) /, ([, device]) => `ubidetach -d ${device}`],
];

/**
 * The refusal to write to what is in use.
 * @param what is in use, for people
 * @param holders the flasher's words, such as `mount /mnt` or `process 12 vi (fd)`
 */
export function inUse(what: string, holders: string[]): LevitateError {
  // The flasher names mounts in the order in which they were made.
  const newestFirst = [...holders].reverse();
  const steps = remedies.flatMap(([pattern, remedy], rank) =>
    newestFirst
      .filter((holder) => remedies.findIndex(([first]) => first.test(holder)) === rank)
      .map((holder) => remedy(pattern.exec(holder) as RegExpExecArray)),
  );
  const hint =
    steps.length === 0
      ? 'End what is named, in the maintenance system, and flash again.'
      : `In the maintenance system: ${[...new Set(steps)].join('; ')}. Then flash again.`;
  return new LevitateError('TARGET_IN_USE', `${what}: ${holders.join(', ')}`, {
    hint,
    data: { holders },
  });
}
