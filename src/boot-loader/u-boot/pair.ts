import { writtenCopy, type EnvironmentCopy } from './environment.js';

/** One or two copies of an environment, in their order; undefined for one that is not whole. */
export type Copies = readonly (EnvironmentCopy | undefined)[];

/**
 * Tells which copy U-Boot goes by: the only whole one, or the newer; undefined where none is whole (env_import_redund in
 * env/common.c). A loader that calls its copies active (1) and obsolete (0), as one with flash of the NOR kind does, comes to the
 * same (env/flash.c). Pure.
 */
export function currentCopy(copies: Copies): number | undefined {
  const [first, second] = copies;
  if (!first || !second) {
    const whole = copies.findIndex((copy) => copy !== undefined);
    return whole === -1 ? undefined : whole;
  }
  const [one = 0, two = 0] = [first.flag, second.flag];
  // The number after 255 is 0.
  if (one === 255 && two === 0) return 1;
  if (one === 0 && two === 255) return 0;
  return two > one ? 1 : 0;
}

/** A copy that is to be written: its number, and all bytes of its place. */
export interface CopyWrite {
  copy: number;
  bytes: Uint8Array;
}

/**
 * Gives the writes that put these variables in place of the ones that U-Boot goes by. Of a pair the other copy is written, and is the
 * newer one then. A power cut at any moment leaves one of both whole. Pure.
 * @param entries the variables, as `name=value`
 * @param mayBeObsolete whether the loader may call its copies active and obsolete: then the old one is told so by a second write, and a
 * loader that counts takes 1 and 0 for numbers
 * @throws NoRoom
 */
export function writesOf(
  copies: Copies,
  entries: readonly string[],
  mayBeObsolete: boolean,
): CopyWrite[] {
  const current = currentCopy(copies)!;
  const old = copies[current]!;
  if (copies.length === 1) return [{ copy: current, bytes: writtenCopy({ ...old, entries }) }];
  const other = 1 - current;
  const isActive = mayBeObsolete && copies.every((copy) => (copy?.flag ?? 0) <= 1);
  const flag = isActive ? 1 : ((old.flag ?? 0) + 1) % 256;
  const write = { copy: other, bytes: writtenCopy({ ...old, entries, flag }) };
  return isActive && old.flag !== 0
    ? [write, { copy: current, bytes: writtenCopy({ ...old, flag: 0 }) }]
    : [write];
}
