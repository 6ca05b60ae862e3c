/** One flash by levitate, and how figures become a row of the table. */
import type { Ended } from '../../e2e/lines.js';
import type { Bed, Limits } from './bed.js';

/** What a flash took, in seconds. */
export interface Flashed {
  /** All phases that handle bytes: reading the image, comparing, writing, reading back. */
  work: number;
  write: number;
  /** All of the command. */
  seconds: number;
  sentBytes: number;
}

/**
 * What of a flash grows with the image: less what another one took for next to no bytes.
 * @param share of the bytes of the whole that the other one had
 */
export function beyond(fixed: Flashed, whole: Flashed, share: number): Flashed {
  const grows = (part: 'work' | 'write' | 'seconds') => (whole[part] - fixed[part]) / (1 - share);
  return {
    work: grows('work'),
    write: grows('write'),
    seconds: grows('seconds'),
    sentBytes: whole.sentBytes,
  };
}

const handlesBytes = ['image', 'compare', 'write', 'verify'];

/** Has levitate write an image to a target. */
export async function flash(bed: Bed, image: string, limits: Limits = {}): Promise<Flashed> {
  const started = performance.now();
  const ended = await bed.levitate.run('flash', [image], bed.sshConfig(limits));
  const seconds = (performance.now() - started) / 1000;
  if (ended.exit !== 0) throw new Error(`bench: ${image}: ${JSON.stringify(ended.last)}`);
  const work = secondsOf(ended, handlesBytes);
  return {
    work,
    write: secondsOf(ended, ['write']),
    seconds,
    sentBytes: ended.last.targets?.[0]?.sentBytes ?? NaN,
  };
}

const secondsOf = ({ lines }: Ended, phases: string[]): number =>
  lines
    .filter(
      ({ type, state, phase }) =>
        type === 'phase' && state === 'done' && phases.includes(phase ?? ''),
    )
    .reduce((sum, line) => sum + Number(line['seconds']), 0);

export const median = (values: number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** One line of the table. */
export interface Row {
  /** What was done, and what was measured of it. */
  what: string;
  ours: string;
  /** The rival, or the physical limit, that it is held against. */
  against: string;
  ratio: number;
  /** What the ratio may be at most. */
  limit: number;
}

/** A row of seconds that were measured in turns: the ratio is the median of those of the turns. */
export function ratioRow(
  what: string,
  rival: string,
  limit: number,
  turns: { ours: number; against: number }[],
): Row {
  const seconds = (value: number) => `${value.toFixed(2)} s`;
  return {
    what,
    ours: seconds(median(turns.map(({ ours }) => ours))),
    against: `${rival} ${seconds(median(turns.map(({ against }) => against)))}`,
    ratio: median(turns.map(({ ours, against }) => ours / against)),
    limit,
  };
}
