/** What the command line prints with --json, as the tests read it. */
import type { Holder } from '../../src/protocol/holders.js';

/**
 * A bound in ms on what takes a device so many minutes at most on a machine that does nothing else. A loaded machine gets
 * three times that: what is wrong shows without hurry, and what is slow is not wrong.
 */
export const minutes = (n: number): number => 3 * n * 60_000;

/** A line that the command line printed; fields that a test asks for may be missing. */
export interface Line {
  type: string;
  code?: string;
  message?: string;
  where?: string;
  phase?: string;
  state?: string;
  maintenance?: {
    touched: boolean;
    targets: Record<string, string>;
    held: Holder[];
    writer: { next: number } | null;
  };
  targets?: { resumed: boolean; sentBytes: number; counters?: { lost: number } }[];
  [key: string]: unknown;
}

/** A command that has ended. */
export interface Ended {
  exit: number | undefined;
  lines: Line[];
  /** The last one: `result` or `error`. */
  last: Line;
}

/** Part way through writing: so many bytes have been written. */
export const wrote =
  (bytes: number) =>
  (line: Line): boolean =>
    line.type === 'bytes' && line.phase === 'write' && Number(line['done']) >= bytes;

/** A phase has begun. */
export const began =
  (phase: string) =>
  (line: Line): boolean =>
    line.type === 'phase' && line.phase === phase && line.state === 'start';
