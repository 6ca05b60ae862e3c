import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.js';

/** `npm run e2e:long` has the tests that would make the suite too long for every change. */
const long = process.env['LEVITATE_TESTS'] === 'long';

export default defineConfig({
  test: {
    reporters: ['default', './test/closing-line.ts'],
    // An emulated device keeps one core busy: more files at once than that would only wait for each other.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // A shared machine may stall an emulated device; what fails twice has failed.
    retry: process.env['CI'] === undefined ? 0 : 1,
    // Bounds for a machine that does other work as well; nothing waits for them where all is well.
    testTimeout: 180_000,
    hookTimeout: 360_000,
    include: [long ? 'test/e2e/long/*.test.ts' : 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', ...(long ? [] : ['test/e2e/long/**'])],
  },
});
