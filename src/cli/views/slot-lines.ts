import type { SlotView, SlotsResult } from '../../operations/slots/slots.js';
import { formatBytes } from '../../shared/format-bytes.js';
import { quote } from '../../shared/shell-quote.js';
import { commandLines } from './command-lines.js';

/** The slots of a device for people, and what may be done with them. */
export function slotLines({ host, slots, atCut }: SlotsResult, profile: string): string[] {
  const rows = [
    ['slot', 'place', 'size', '', 'the boot loader'],
    ...slots.map((one) => [
      one.slot,
      one.node ?? 'not there',
      one.bytes === undefined ? '' : formatBytes(one.bytes),
      one.runs ? 'runs' : '',
      stateOf(one),
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const words = [host, profile].map(quote).join(' ');
  const trial = slots.some(({ state, runs }) => state === 'trial' && runs);
  return [
    ...rows.map((row) =>
      `  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd(),
    ),
    ...(atCut === undefined ? [] : ['', `${atCut}.`]),
    ...(trial
      ? commandLines(
          ['Keep it', `levitate confirm ${words}`],
          ['Go back', `levitate rollback ${words}`],
        )
      : []),
  ];
}

function stateOf({ state, triesLeft }: SlotView): string {
  switch (state) {
    case 'starts':
      return 'starts it';
    case 'trial':
      return triesLeft === 0
        ? 'tries it, for the last time'
        : `tries it, ${triesLeft === 1 ? 'once more' : `${triesLeft} times more`}`;
    case 'failed':
      return 'does not start it: nobody has confirmed its trial';
    case 'unfinished':
      return 'does not start it: it was not read back whole';
    case 'previous':
      return 'started it before, and does again after a rollback';
    case 'unknown':
      return 'does not start it: nothing is known of it';
  }
}
