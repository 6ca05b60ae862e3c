import type { MigrateResult } from '../../operations/migrate/migrate.js';
import { sshCommand } from '../../shared/ssh-host.js';
import { commandLines } from './command-lines.js';
import { clock } from './format.js';
import { dryOverwriteLines } from './overwrite-lines.js';

const systems = { 'old-system': 'the old system', 'new-system': 'the new system' } as const;

/**
 * What was done, or what would be.
 * @param again the same command without --dry-run
 * @param columns the width of the screen
 */
export function migrateLines(result: MigrateResult, again: string, columns: number): string[] {
  const { host, steps, oldRoot, newRoot, undone, leave, overwrite, seconds } = result;
  if (undone)
    return [
      `${host} is in its old system, on ${oldRoot}; ${newRoot} is swap again from the next boot on.`,
    ];
  const way = `The old system is on ${oldRoot}, as it was, until you overwrite that.`;
  if (leave)
    return [
      `${host} is in its new system after ${clock(seconds)}${leave.build === undefined ? '' : `, build ${leave.build}`}.`,
      way,
      ...commandLines(['Log in', sshCommand(host)], ['Go back', `levitate migrate ${host} --undo`]),
    ];
  return [
    ...(overwrite ? dryOverwriteLines(overwrite, columns) : []),
    ...steps.flatMap((step, index) => [
      `${index + 1}. ${step.do}: ${step.what}`,
      ...(step.undo === undefined ? [] : [`   undone: ${step.undo}`]),
      `   a power cut leads to ${systems[step.cut]}`,
    ]),
    `No step is a point of no return. ${way}`,
    `Nothing was changed on ${host}.`,
    ...commandLines(['Migrate it', again]),
  ];
}
