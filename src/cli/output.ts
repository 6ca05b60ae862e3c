/** The one place that writes to standard output and standard error; a lint rule holds the rest of levitate to it. */
import { fstatSync, writeSync } from 'node:fs';
import type { WriteStream } from 'node:tty';
import { inAscii, isUtf8, printable, printableJson } from './printable.js';

/** Where a view writes. Nothing here throws: a log that cannot be written must not stop work on a device. */
export interface Output {
  readonly isTerminal: boolean;
  /** Whether a line of it can be drawn anew: not on a terminal that obeys nothing (TERM=dumb). */
  readonly redraws: boolean;
  /** Cells of a terminal's line. */
  readonly columns: number;
  /** Cells of a live line: behind it a terminal has room for the `^C` that it echoes, which must not begin another row. */
  readonly liveColumns: number;
  /** When something was written last: milliseconds of `performance.now`. */
  readonly writtenAt: number;
  /** One line for people, without anything that a terminal obeys. */
  line(text: string): void;
  /** The same for a text of several lines, with a label before it. */
  text(text: string, label?: string): void;
  /** A question: what is typed stands behind it. */
  prompt(text: string): void;
  /** One JSON object on a line. */
  json(value: object): void;
  /** The lines that the next ones take the place of, each cut to the width; on a terminal only. */
  live(text: string): void;
  /**
   * A piece of a line that the next piece goes on with, where none can be drawn anew; anything else is on a line of its own.
   * @param isLast whether the line ends with it
   */
  piece(text: string, isLast?: boolean): void;
  /** Cells of the line that pieces have begun. */
  readonly begun: number;
  /** Whether somebody types, whom neither may disturb. */
  readonly isHeld: boolean;
  /** Takes the live line away, and ends a line of pieces. */
  clear(): void;
  /** Draws no live line and no piece while `work` has the terminal, such as for what a person types. */
  without<T>(work: () => Promise<T>): Promise<T>;
}

/** What the streams of a process have lost, by their names, with the reason of the first loss. */
export const lost = new Map<string, string>();

/**
 * One stream that text for people or programs goes to.
 * @param name what the stream is called in `lost`
 * @param onLost is told once, when something cannot be written
 * @param terminal what the environment says: TERM, and whether the locale knows ASCII alone
 */
export function createOutput(
  stream: NodeJS.WritableStream & { fd?: number },
  name: string,
  onLost: (reason: string) => void = () => undefined,
  { term, ascii = false }: { term?: string | undefined; ascii?: boolean } = {},
): Output {
  const shown = (text: string, keep?: string) =>
    ascii ? inAscii(printable(text, keep)) : printable(text, keep);
  const tty = stream as Partial<WriteStream>;
  /** Cells of each live line. */
  let live: number[] = [];
  let begun = 0;
  let writtenAt = performance.now();
  let closed = false;
  let held = 0;
  const fail = (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough (`levitate … | head`) loses nothing.
    closed ||= error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED';
    if (closed || lost.has(name)) return;
    lost.set(name, error.message);
    onLost(error.message);
  };
  stream.on('error', fail);
  const { fd = -1 } = stream;
  const put = !tty.isTTY && isFile(fd) ? fileWriter(fd) : (text: string) => stream.write(text);
  const write = (text: string) => {
    if (closed) return;
    try {
      put(`${begun > 0 ? '\n' : ''}${erasing(live, columns())}${text}`);
      live = [];
      begun = 0;
      writtenAt = performance.now();
    } catch (error) {
      fail(error as NodeJS.ErrnoException);
    }
  };
  const clear = () => {
    if (live.length + begun > 0) write('');
  };
  const columns = () => {
    // Node reads the size again once SIGWINCH has come through; what was drawn is in rows of the new size before.
    try {
      (tty as { _refreshSize?: () => void })._refreshSize?.();
    } catch {
      // The terminal is gone.
    }
    return tty.columns || 80;
  };
  const liveColumns = () => Math.max(20, columns() - '^C'.length - 1);
  const redraws = (tty.isTTY ?? false) && term !== 'dumb';
  return {
    isTerminal: tty.isTTY ?? false,
    redraws,
    get columns() {
      return columns();
    },
    line: (text) => write(`${shown(text)}\n`),
    text: (text, label = '') =>
      write(`${shown(label + text.replace(/\r?\n/g, '\n').trimEnd(), '\t\n')}\n`),
    prompt: (text) => write(shown(text)),
    json: (value) => write(`${printableJson(value)}\n`),
    live: (text) => {
      if (!redraws || held > 0) return;
      const lines = text.split('\n').map((line) => shown(line).slice(0, liveColumns()));
      write(lines.join('\n'));
      live = lines.map(({ length }) => length);
    },
    get liveColumns() {
      return liveColumns();
    },
    get writtenAt() {
      return writtenAt;
    },
    get isHeld() {
      return held > 0;
    },
    get begun() {
      return begun;
    },
    piece: (text, isLast = false) => {
      if (redraws || held > 0) return;
      const cells = isLast ? 0 : begun + shown(text).length;
      begun = 0;
      write(`${shown(text)}${isLast ? '\n' : ''}`);
      begun = cells;
    },
    clear,
    without: async (work) => {
      clear();
      held += 1;
      try {
        return await work();
      } finally {
        held -= 1;
      }
    },
  };
}

/**
 * Takes live lines away, at whose end the cursor is. A terminal that has become narrower since they were drawn has broken them
 * into more rows.
 */
function erasing(lines: number[], columns: number): string {
  if (lines.length === 0) return '';
  const rows = lines.reduce((sum, cells) => sum + Math.max(1, Math.ceil(cells / columns)), 0);
  // Row by row: some terminals keep what is erased to the end of the screen, in what can be scrolled back to.
  return `\r\x1b[K${'\x1b[A\x1b[K'.repeat(rows - 1)}`;
}

/** Not a pipe or a socket, which their streams write to whole. */
const isFile = (fd: number): boolean => {
  try {
    const about = fstatSync(fd);
    return about.isFile() || about.isCharacterDevice();
  } catch {
    return false;
  }
};

/** Writes to a file, on a disk that may be full for a while: a line that was cut there is ended before the next one. */
function fileWriter(fd: number): (text: string) => void {
  let cut = false;
  return (text) => {
    const bytes = Buffer.from(cut ? `\n${text}` : text);
    for (let at = 0; at < bytes.length;) {
      at += writeSync(fd, bytes, at);
      cut = at < bytes.length;
    }
  };
}

const reporting = (reason: string) =>
  err.line(`standard output cannot be written (${reason}); the work goes on without it`);

const terminal = { term: process.env['TERM'], ascii: !isUtf8(process.env) };

/** Standard error. */
export const err: Output = createOutput(process.stderr, 'standard error', undefined, terminal);
/** Standard output. */
export const out: Output = createOutput(process.stdout, 'standard output', reporting, terminal);
