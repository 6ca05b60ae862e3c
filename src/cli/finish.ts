import { CommanderError } from 'commander';
import { exitStatus, LevitateError, reasonOf } from '../errors.js';

/** Ends the process for an error that no command has shown: a wrong call, or a bug. */
export function finish(error: unknown): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitStatus.done : exitStatus.badInput;
    return;
  }
  if (error instanceof LevitateError) {
    console.error(error.message);
    process.exitCode = error.exit;
    return;
  }
  console.error(error instanceof Error ? error.stack : reasonOf(error));
  process.exitCode = exitStatus.internal;
}
