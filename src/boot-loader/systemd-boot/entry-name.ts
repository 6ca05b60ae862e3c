/**
 * The name of an entry that systemd-boot starts a slot by: `levitate-NUMBER-SLOT.conf`, and with a counter of tries
 * `levitate-NUMBER-SLOT+LEFT-DONE.conf` (the UAPI group's Boot Loader Specification, Boot Counting). Of entries that differ in nothing else
 * the loader takes the one with the highest number, and those without tries left come last (src/boot/efi/boot.c).
 */
export interface EntryName {
  number: number;
  slot: string;
  /** Missing where starts are not counted. */
  tries?: { left: number; done?: number };
}

const form = /^levitate-([0-9]{1,9})-([^+]+?)(?:\+([0-9]{1,5})(?:-([0-9]{1,5}))?)?\.conf$/;

/** Reads the name of an entry; undefined for one that is none of a slot. Pure. */
export function readEntryName(name: string): EntryName | undefined {
  const [, number, slot, left, done] = form.exec(name) ?? [];
  if (number === undefined || slot === undefined) return undefined;
  return {
    number: Number(number),
    slot,
    ...(left === undefined
      ? {}
      : {
          tries: { left: Number(left), ...(done === undefined ? {} : { done: Number(done) }) },
        }),
  };
}

/** Writes the name of an entry. Pure. */
export function writeEntryName({ number, slot, tries }: EntryName): string {
  const done = tries?.done === undefined ? '' : `-${tries.done}`;
  return `levitate-${number}-${slot}${tries ? `+${tries.left}${done}` : ''}.conf`;
}

/** Orders entries as systemd-boot does: the first is the one that it starts. Pure. */
export function compareEntries(one: EntryName, other: EntryName): number {
  const spent = ({ tries }: EntryName) => Number(tries?.left === 0);
  return (
    spent(one) - spent(other) ||
    other.number - one.number ||
    Number(one.tries !== undefined) - Number(other.tries !== undefined) ||
    (other.tries?.left ?? 0) - (one.tries?.left ?? 0) ||
    (one.tries?.done ?? 0) - (other.tries?.done ?? 0)
  );
}
