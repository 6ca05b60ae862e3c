import { quote } from '../shared/shell-quote.js';
import type { Consents, Locked } from './options.js';

/**
 * Gives the command of a dry run without `--dry-run`. The words of the program and its ssh_config come with the view (`pasteable`).
 * @param words what stands behind the verb, HOST first
 */
export function again(
  verb: 'deploy' | 'enter' | 'flash',
  [host = '', ...words]: string[],
  options: Omit<Consents, 'dryRun'> & Locked & { expectBuild?: string } = {},
): string {
  const { acceptCounterLoss, dropVolumes, dropKept, acceptBoard } = options;
  const { full, delta, svg, locked, yes, expectBuild } = options;
  const flags = [
    ...(expectBuild === undefined ? [] : ['--expect-build', quote(expectBuild)]),
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
  return [`levitate ${verb} ${host}`, ...words.map(quote), ...flags].join(' ');
}
