/** The tests that `npm test` has no time for. */
import usual from '../../vitest.config.js';

export default { ...usual, test: { ...usual.test, include: ['test/e2e/*.long.ts'] } };
