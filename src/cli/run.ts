import { closeSync, openSync } from 'node:fs';
import { inspect } from 'node:util';
import { exitStatus, LevitateError, reasonOf } from '../errors.js';
import type { Check, Run } from '../progress.js';
import type { Shared } from './options.js';
import { err, out } from './output.js';
import { refusalLines } from './views/format.js';
import { chooseView, type Viewed } from './views/choose.js';
import type { Results } from './views/json-line.js';

/** How long after a signal another one may still be the same, brought by another process. */
const sameMilliseconds = 1000;

/** What keeps a result with such rows from ending with status 0: a refusal among them. */
export function refusalIn(checks: Check[]): Failure | undefined {
  const lines = refusalLines(checks);
  return lines.length > 0 ? { exit: exitStatus.refused, lines } : undefined;
}

/** Why a command does not end with status 0 although it has a result. */
export interface Failure {
  exit: number;
  /** The same for people. */
  lines: string[];
}

/**
 * Runs one command: its events and its result go to the view, its failure becomes the exit status, and Ctrl-C asks
 * it to stop in an orderly way, and so does a terminal that is closed; a second Ctrl-C ends the program at once.
 * @param work loads the operation, which somebody who waits sees as well, and calls it
 * @param lines the result for people, within so many columns
 * @param options whether --json, --quiet or --verbose was asked for, and the device
 * @param failureOf what in a result is none that ends with status 0
 */
export async function run<Command extends keyof Results>(
  command: Command,
  options: Viewed & Pick<Shared, 'verbose'>,
  work: (run: Run) => Promise<Results[Command]>,
  lines: (value: Results[Command], columns: number) => string[],
  failureOf: (value: Results[Command]) => Failure | undefined = () => undefined,
): Promise<void> {
  const view = chooseView(options);
  const interrupt = new AbortController();
  let since = 0;
  const stop = () => {
    if (interrupt.signal.aborted) {
      // npm passes on a Ctrl-C that the terminal has brought already: that is no second one.
      if (performance.now() - since > sameMilliseconds) process.exit(exitStatus.endedAtOnce);
      return;
    }
    since = performance.now();
    view.show({ type: 'note', level: 'warning', message: 'Stopping; once more to end at once.' });
    interrupt.abort(new LevitateError('INTERRUPTED', 'interrupted'));
  };
  let hungUp = false;
  const hangUp = () => {
    hungUp = true;
    // It may come more than once, and nobody is there who wants an end at once.
    if (!interrupt.signal.aborted) stop();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', hangUp);
  try {
    view.begin();
    const value = await work({
      onProgress: (event) => {
        if (event.type !== 'debug' || options.verbose) view.show(event);
      },
      signal: interrupt.signal,
    });
    const failure = failureOf(value);
    const columns = out.isTerminal ? out.columns : Infinity;
    view.result(command, value, lines(value, columns), failure?.lines);
    process.exitCode = failure?.exit ?? exitStatus.done;
  } catch (error) {
    const known =
      error instanceof LevitateError
        ? error
        : new LevitateError('INTERNAL', `a bug: ${reasonOf(error)}`, {
            cause: error,
            hint: 'Please report this, with the trace below.',
          });
    view.error(known);
    if (known.code === 'INTERNAL') err.text(inspect(error));
    process.exitCode = known.exit;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop).off('SIGHUP', hangUp);
    // Node would abort where it cannot give its terminal back.
    if (hungUp && isTerminalGone()) process.kill(process.pid, 'SIGHUP');
  }
}

/** Whether this process has no terminal any more. */
function isTerminalGone(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r+'));
    return false;
  } catch {
    return process.stdin.isTTY || out.isTerminal || err.isTerminal;
  }
}
