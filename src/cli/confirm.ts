import { LevitateError } from '../errors.js';
import type { Confirm } from '../operations/agree.js';
import type { OverwritePlan } from '../operations/overwrite-plan.js';
import { quote } from '../shared/shell-quote.js';
import { lineOfTerminal } from './ask.js';
import type { Consents, Shared } from './options.js';
import { err, out } from './output.js';
import { answersTo, overwriteLines } from './views/overwrite-lines.js';
import { programOf } from './views/pasteable.js';

/** Gives the question for an operation that `signal` may interrupt; nothing where nobody has to be asked. */
export type Asking = (signal: AbortSignal | undefined) => { confirm?: Confirm };

/**
 * How a command that overwrites gets somebody to agree: by a question on the terminal, or by `--yes`.
 * @param args the command line, for the words of the refusal
 * @throws LevitateError USAGE where nobody can be asked
 */
export function agreement(
  { yes, dryRun, json }: Consents & Shared,
  args = process.argv.slice(2),
): Asking {
  if (yes || dryRun) return () => ({});
  if (process.stdin.isTTY && err.isTerminal && !json)
    return (signal) => ({ confirm: (plan) => askForName(plan, signal) });
  const line = [programOf(process.env), ...args.map(quote), '--yes'].join(' ');
  const why = json ? 'with --json nobody is asked' : 'there is no terminal to ask on';
  throw new LevitateError('USAGE', `this overwrites the flash of a device, and ${why}`, {
    hint: `Add --yes to go on without the question: ${line}`,
  });
}

/** Shows the plan, and goes on only where the answer is a name of the device. */
async function askForName(plan: OverwritePlan, signal: AbortSignal | undefined): Promise<boolean> {
  out.clear();
  overwriteLines(plan, Math.min(err.columns, 100)).forEach(err.line);
  const { answerSeconds } = plan;
  const bounds = [
    ...(signal ? [signal] : []),
    ...(answerSeconds === undefined ? [] : [AbortSignal.timeout(answerSeconds * 1000)]),
  ];
  const answer = await lineOfTerminal('Type the host name to go on: ', AbortSignal.any(bounds));
  return answer !== undefined && answersTo(plan).includes(answer.trim());
}
