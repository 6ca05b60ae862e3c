/** What a variable is set to: a text, or one for each slot by the name that the profile has for it. */
export type Assignments = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

/**
 * What the variables of a U-Boot say of slots. `$slot` is what the variables call the slot, `$other` the other one, `$tries` how often it
 * is to be started, `$order` the slots that may start, the best one first; in names as well.
 */
export interface VariableTable {
  /** The variable that says which slot starts. */
  starts: string;
  /** The variable in which U-Boot counts the starts of a slot: up, or down where `try` gives `$tries` to it. */
  counts?: string;
  /** What has the slot start on trial. */
  try: Assignments;
  /** What has the slot start from then on. */
  start: Assignments;
  /** Variables without which this U-Boot does not fall back, and the values that they must have; an empty one is any. */
  needs?: Readonly<Record<string, string>>;
}

/** A slot by both of its names. */
export interface NamedSlot {
  /** What the profile calls it. */
  slot: string;
  /** What the variables call it. */
  called: string;
}

/** What stands for the words of a table. */
export interface Words {
  of: NamedSlot;
  other: NamedSlot;
  tries: number;
  order: readonly NamedSlot[];
}

/** Gives a text with the words of a table filled in. Pure. */
export const filled = (text: string, { of, other, tries, order }: Words): string =>
  text.replaceAll(/\$(?:\{(slot|other|tries|order)\}|(slot|other|tries|order)\b)/g, (_, a, b) => {
    const values: Record<string, string> = {
      ...{ slot: of.called, other: other.called, tries: String(tries) },
      order: order.map(({ called }) => called).join(' '),
    };
    return values[String(a ?? b)]!;
  });

/** Gives the variables of a table's line with their values. Pure. */
export const assigned = (assignments: Assignments, words: Words): Record<string, string> =>
  Object.fromEntries(
    Object.entries(assignments).map(([name, value]) => [
      filled(name, words),
      filled(typeof value === 'string' ? value : (value[words.of.slot] ?? ''), words),
    ]),
  );

/** The variables by which a trial differs from what starts for good, with their values in one. Pure. */
export const trialMarks = ({ try: trial, start }: VariableTable): [name: string, value: string][] =>
  Object.entries(trial).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' && !value.includes('$') && name in start && start[name] !== value
      ? [[name, value]]
      : [],
  );
