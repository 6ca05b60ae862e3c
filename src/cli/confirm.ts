import { LevitateError } from '../errors.js';
import type { Confirm } from '../operations/agree.js';
import type { ConfirmForce } from '../operations/leave/leave.js';
import type { OverwritePlan } from '../operations/overwrite-plan.js';
import { quote } from '../shared/shell-quote.js';
import { timeBound } from '../shared/time-bound.js';
import { lineOfTerminal } from './ask.js';
import { given, type Consents, type Shared } from './options.js';
import { err, out } from './output.js';
import { halfWrittenLines } from './views/half-written-lines.js';
import { forPeople } from './views/for-people.js';
import { answersTo, overwriteLines } from './views/overwrite-lines.js';
import { programOf } from './views/pasteable.js';

/** Gives the question for an operation that `signal` may interrupt; nothing where nobody has to be asked. */
export type Agreement = (signal: AbortSignal | undefined) => { confirm?: Confirm };

/**
 * How a command that overwrites gets somebody to agree: by a question on the terminal, or by `--yes`.
 * @param args the command line, for the message of the refusal
 * @throws LevitateError USAGE where nobody can be asked
 */
export function agreement(options: Consents & Shared, args?: string[]): Agreement {
  const { yes, dryRun, json } = options;
  if (yes || dryRun) return () => ({});
  needPerson('this overwrites the flash of a device', json, args);
  return (signal) => ({ confirm: (plan) => askForName(plan, options, signal) });
}

/** Gives the question before a half-written device is rebooted, which `signal` may interrupt. */
export type ForceAgreement = (signal: AbortSignal | undefined) => { confirmForce?: ConfirmForce };

/**
 * The same for a reboot that is forced.
 * @throws LevitateError USAGE where nobody can be asked
 */
export function agreementToForce(
  options: { force?: boolean } & Pick<Consents, 'yes'> & Shared,
  args?: string[],
): ForceAgreement {
  const { force, yes, json } = options;
  if (yes || !force) return () => ({});
  needPerson('this may reboot a device that is half written', json, args);
  return (signal) => ({
    confirmForce: (device) => {
      const lines = halfWrittenLines(device, Math.min(err.columns, 100));
      return nameTyped(lines, device, options, signal);
    },
  });
}

/**
 * Refuses to go on where nobody can be asked.
 * @param what there is to agree to
 * @throws LevitateError USAGE
 */
function needPerson(what: string, json: boolean | undefined, args = process.argv.slice(2)): void {
  if (process.stdin.isTTY && err.isTerminal && !json) return;
  const line = [programOf(process.env), ...args.map(quote), '--yes'].join(' ');
  const why = json ? 'with --json nobody is asked' : 'there is no terminal to ask on';
  throw new LevitateError('USAGE', `${what}, and ${why}`, {
    hint: `Add --yes to go on without the question: ${line}`,
  });
}

/** Shows the plan, and goes on only where the answer is a name of the device. */
function askForName(
  plan: OverwritePlan,
  options: Shared,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const lines = overwriteLines(plan, Math.min(err.columns, 100));
  return nameTyped(lines, plan, options, signal, plan.answerSeconds);
}

async function nameTyped(
  lines: string[],
  device: Parameters<typeof answersTo>[0],
  { sshConfig }: Shared,
  signal: AbortSignal | undefined,
  answerSeconds?: number,
): Promise<boolean> {
  out.clear();
  const call = { program: programOf(process.env), host: device.host, ...given({ sshConfig }) };
  lines.forEach(forPeople(err, call).line);
  using bound = timeBound(answerSeconds, signal);
  const answer = await lineOfTerminal('Type the host name to go on: ', bound.signal);
  return answer !== undefined && answersTo(device).includes(answer.trim());
}
