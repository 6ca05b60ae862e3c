/** Why levitate sent a device back to its old system; the note outlives that kernel, perhaps by many boots. */
export interface RebootReason {
  /** The entry that it belongs to. */
  entry: string;
  /** Seconds since it was noted; undefined where the device's clock cannot tell. */
  secondsAgo: number | undefined;
  /** The reason, a sentence for people. */
  text: string;
}

/** Reads `AGE ENTRY TEXT` as `remote/facts.sh` prints it. */
export function parseRebootReason(line: string): { rebootReason?: RebootReason } {
  const [age = '', entry = '', ...text] = line.split(' ');
  if (text.length === 0) return {};
  const secondsAgo = /^\d+$/.test(age) ? Number(age) : undefined;
  return { rebootReason: { entry, secondsAgo, text: text.join(' ') } };
}

/**
 * The reboot reason as it is shown: none where it belongs to another entry than `entry`, because a power cut notes none, and
 * that of an older try would be taken for its reason. Where `entry` is not known, the age of the reason stands behind it.
 */
export function shownReason(
  reason: RebootReason | undefined,
  entry: string | undefined,
): string | undefined {
  if (!reason) return undefined;
  const { text, secondsAgo } = reason;
  if (entry !== undefined) return reason.entry === entry ? text : undefined;
  return `${text} (${secondsAgo === undefined ? 'some time' : span(secondsAgo)} ago)`;
}

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** A time in the largest unit that it fills. */
function span(seconds: number): string {
  const [unit, size] = units.find(([, length]) => seconds >= length) ?? units[3];
  const count = Math.floor(seconds / size);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
