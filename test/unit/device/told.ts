/** Facts as a device tells them, from the plain `key=value` lines that tests are written in. */
import { markedFacts, type FactLines } from '../../../src/device/fact-lines.js';
import type { Facts } from '../../../src/device/facts.js';
import { parseFacts } from '../../../src/device/gather-facts.js';

const mark = '0123456789abcdef';

/** The same lines, as they come over the wire. */
export const marked = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `@${mark} ${line} ${mark}@\n`)
    .join('');

/** Reads what came over the wire. */
export const heard = (wire: string): FactLines => markedFacts({ stdout: Buffer.from(wire), mark });

/** Nothing that came beside the facts. */
export const nothingElse = { received: '', stderr: '' };

/** What no device may leave out. */
const owed = [
  'uid=0',
  'machine=x86_64',
  'kernel=6.1.0',
  'boot-id=2cda6515-57bb-4ecf-b76d-aa68e97e7685',
];

/** Lines for a test that is about other things: what is owed stands behind them, so theirs prevail. */
export const withOwed = (text: string): string => [text, ...owed].join('\n');

export const told = (text: string): FactLines => heard(marked(text));

export const factsOf = (text: string): Facts => parseFacts(told(withOwed(text)), nothingElse);
