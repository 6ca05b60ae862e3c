/**
 * What `npm test` runs: all tiers but the long one and the one that needs a browser. A file of which a test has failed is run once
 * more, whole, when all others have ended: on new devices, and on a machine that does little else. A shared machine may stall
 * an emulated device for minutes; what fails twice has failed. What passed only then is named, as it may be a test that guesses.
 */
import { relative } from 'node:path';
import { createVitest, parseCLI, type TestModule } from 'vitest/node';

const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
const vitest = await createVitest('test', {
  ...options,
  watch: false,
  project: ['unit', 'integration', 'shell', 'e2e', 'fleet'],
});
process.exitCode = 1;
const { testModules, unhandledErrors } = await vitest.start(filter);
const failed = testModules.filter((module) => !module.ok());
let broken = unhandledErrors.length > 0 || testModules.length === 0;
if (failed.length > 0) {
  console.log(`run once more, as a test of it has failed: ${names(failed)}`);
  const specifications = failed.map((module) => module.toTestSpecification());
  const again = await vitest.runTestSpecifications(specifications);
  broken ||= again.unhandledErrors.length > 0 || again.testModules.some((module) => !module.ok());
}
await vitest.close();
process.exitCode = broken ? 1 : 0;

/** Where files lie below the checkout, on one line. */
function names(modules: readonly TestModule[]): string {
  return modules.map(({ moduleId }) => relative(process.cwd(), moduleId)).join(' ');
}
