import { isCode, LevitateError } from '../errors.js';
import { quote } from '../shared/shell-quote.js';
import type { Consents, Locked } from './options.js';

type Given = Omit<Consents, 'dryRun'> & Locked & { expectBuild?: string };

/**
 * Gives the command of a dry run without `--dry-run`. The words of the program and its ssh_config come with the view (`pasteable`).
 * @param words what stands behind the verb, HOST first
 */
export const again = (
  verb: 'deploy' | 'enter' | 'flash' | 'migrate',
  [host = '', ...words]: string[],
  options: Given = {},
): string =>
  [`levitate ${verb} ${host}`, ...words.map(quote), ...optionsFor(verb, options)].join(' ');

/**
 * The same failure, whose hint gives the commands to go on with, with the options that were given on each of them: a command without
 * its `--yes` would be refused where there is no terminal, and one without its `--dry-run` would write.
 */
export function withOptionsGiven(
  error: unknown,
  options: Given & Pick<Consents, 'dryRun'>,
): unknown {
  if (!isCode(error, 'TARGET_AMBIGUOUS') && !isCode(error, 'IMAGE_FORMAT')) return error;
  const { code, message, hint = '', data, exit } = error;
  const whole = hint.replace(
    /\blevitate (deploy|flash) .*$/gm,
    (command, verb: 'deploy' | 'flash') =>
      [command, ...optionsFor(verb, options), ...(options.dryRun ? ['--dry-run'] : [])].join(' '),
  );
  return new LevitateError(code, message, {
    ...{ hint: whole, cause: error, exit },
    ...(data ? { data } : {}),
  });
}

function optionsFor(verb: 'deploy' | 'enter' | 'flash' | 'migrate', options: Given): string[] {
  const { acceptCounterLoss, dropVolumes, dropKept, acceptBoard } = options;
  const { full, delta, svg, locked, yes, expectBuild } = options;
  return [
    ...(expectBuild === undefined || verb === 'flash'
      ? []
      : ['--expect-build', quote(expectBuild)]),
    ...(locked ? ['--locked'] : []),
    ...(acceptCounterLoss ? ['--accept-counter-loss'] : []),
    ...(dropVolumes ? ['--drop-volumes'] : []),
    ...(dropKept ? ['--drop-kept'] : []),
    ...(acceptBoard ? ['--accept-board'] : []),
    ...(full ? ['--full'] : []),
    ...(delta ? ['--delta'] : []),
    ...(svg === undefined ? [] : ['--svg', quote(svg)]),
    ...(yes ? ['--yes'] : []),
  ];
}
