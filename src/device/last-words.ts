/** Words that outlived a kernel, perhaps by many boots. */
export interface LastWords {
  /** The entry that they belong to. */
  entry: string;
  /** Undefined where the device's clock can't tell. */
  secondsAgo: number | undefined;
  text: string;
}

/** Reads `AGE ENTRY WORDS` as `remote/facts.sh` prints it. */
export function parseLastWords(line: string): { lastWords?: LastWords } {
  const [age = '', entry = '', ...text] = line.split(' ');
  if (text.length === 0) return {};
  const secondsAgo = /^\d+$/.test(age) ? Number(age) : undefined;
  return { lastWords: { entry, secondsAgo, text: text.join(' ') } };
}

/**
 * What is to be shown of a device's last words: nothing of another entry than the one that is asked for, because a power
 * cut leaves none and those of an older try would be taken for its reason. Where it is not known which entry was the last
 * one, they come with their age.
 */
export function wordsOf(
  words: LastWords | undefined,
  entry: string | undefined,
): string | undefined {
  if (!words) return undefined;
  const { text, secondsAgo } = words;
  if (entry !== undefined) return words.entry === entry ? text : undefined;
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
