import { expect, test } from 'vitest';
import { remembering } from '../../../src/cli/ask.js';

test('a question that is taken back beforehand is put to nobody', async () => {
  const how = { again: false, signal: AbortSignal.abort() };
  expect(await remembering()("pi@sbc's password: ", how)).toBeUndefined();
});
