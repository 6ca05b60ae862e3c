import { CommanderError } from 'commander';
import { createFleetProgram } from './cli/program.js';
import { complain } from './cli/output.js';

/**
 * Runs `levitate fleet`, and sets the exit status of the process.
 * @param words the command line behind `fleet`
 */
export async function fleet(words: readonly string[]): Promise<void> {
  try {
    await createFleetProgram().parseAsync([...words], { from: 'user' });
  } catch (error) {
    process.exitCode = exitFor(error);
  }
}

/** Tells a failure, and gives the exit status for it. A failure of levitate's own looks like one of this package. */
function exitFor(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const { code, message, hint, exit } = error as Partial<
    Record<'code' | 'message' | 'hint', string>
  > & {
    exit?: number;
  };
  if (typeof exit !== 'number') throw error;
  complain(`${code}: ${message}`, ...(hint === undefined ? [] : [hint]));
  return exit;
}
