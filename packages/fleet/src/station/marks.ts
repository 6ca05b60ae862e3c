import type { ProbedFacts } from 'levitate';

/** Facts by which a device is known again. */
export type MarkedFacts = Pick<ProbedFacts, 'serial' | 'compatible' | 'emmcIds'> & {
  interfaces: Pick<ProbedFacts['interfaces'][number], 'mac'>[];
};

/** What QEMU gives to machines that are not told another one, each beginning with the first of them. */
const madeUp = /^(00:00:00:00:00:00|52:54:00:12:34:5[6-9a-f])$/;

/**
 * By what a device is known again: its serial number, which is its own together with what it is; the CIDs of its eMMCs; and the
 * addresses that a maker gave its interfaces. Pure.
 * @param isPlaceholder whether a serial number is none
 */
export function marksOf(
  { serial, compatible, emmcIds, interfaces }: MarkedFacts,
  isPlaceholder: (text: string) => boolean,
): string[] {
  const number = isPlaceholder(serial) ? [] : [`serial ${compatible[0] ?? ''} ${serial.trim()}`];
  const macs = interfaces.flatMap(({ mac }) =>
    mac === undefined || madeUp.test(mac) ? [] : [`mac ${mac}`],
  );
  return [...new Set([...number, ...emmcIds.map((id) => `emmc ${id}`), ...macs])];
}

const kindOf = (mark: string): string => mark.slice(0, mark.indexOf(' '));

/**
 * Whether a device may be one that is known: of each kind that both tell, they have one in common, and there is such a kind. Pure.
 */
export function isSame(known: readonly string[], seen: readonly string[]): boolean {
  const kinds = [...new Set(known.map(kindOf))].filter((kind) =>
    seen.some((mark) => kindOf(mark) === kind),
  );
  const isShared = (kind: string) =>
    known.some((mark) => kindOf(mark) === kind && seen.includes(mark));
  return kinds.length > 0 && kinds.every(isShared);
}

/** What is known of a device from now on: what it tells now, and of kinds that it does not tell now, what it has told before. Pure. */
export const learned = (known: readonly string[], seen: readonly string[]): string[] => [
  ...seen,
  ...known.filter((mark) => !seen.some((other) => kindOf(other) === kindOf(mark))),
];
