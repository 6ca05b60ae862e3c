import { inspect } from 'node:util';
import { CommanderError } from 'commander';
import { exitStatus, LevitateError } from '../errors.js';
import { err, lost } from './output.js';
import { forPeople } from './views/for-people.js';
import { programOf } from './views/pasteable.js';
import { errorText } from './views/view.js';

/** Ends the process for an error that no command has shown: a wrong call, or a bug. */
export function finish(error: unknown): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitStatus.done : exitStatus.badInput;
    return;
  }
  if (error instanceof LevitateError) {
    forPeople(err, { program: programOf(process.env) }).text(errorText(error));
    process.exitCode = error.exit;
    return;
  }
  err.text(inspect(error));
  process.exitCode = exitStatus.internal;
}

/** What is done is not called done where what was said about it is lost. */
export function tellLoss(): void {
  if (lost.size > 0 && !process.exitCode) process.exitCode = exitStatus.outputLost;
}
