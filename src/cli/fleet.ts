import { LevitateError } from '../errors.js';

/** The package that the commands of a fleet are in. */
const fleetPackage = 'levitate-fleet';

/**
 * Runs `levitate fleet`, which is a package of its own, found where levitate is installed.
 * @param words the command line behind `fleet`
 * @param load loads the package
 * @throws LevitateError TOOL_MISSING where it is not installed
 */
export async function runFleet(
  words: readonly string[],
  load = () => import('levitate-fleet/cli'),
): Promise<void> {
  const { fleet } = await load().catch((error: unknown) => {
    throw isMissing(error) ? notInstalled(error) : error;
  });
  await fleet(words);
}

/** Whether the package itself cannot be found; what one of its own imports lacks is another failure. */
const isMissing = (error: unknown): boolean =>
  error instanceof Error && /^Cannot find \w+ '[^']*levitate-fleet(\/[^']*)?'/.test(error.message);

const notInstalled = (cause: unknown): LevitateError =>
  new LevitateError('TOOL_MISSING', `the package ${fleetPackage} is not installed`, {
    hint: `levitate fleet is a package of its own, and wants to be where levitate is: npm install -g ${fleetPackage} levitate`,
    cause,
  });
