import { expect, test } from 'vitest';
import { waitFor } from '../../../src/operations/wait-for.js';
import type { Progress } from '../../../src/progress.js';

test('what is waited for is told with the reason of the last attempt, in few words', async () => {
  const told: Progress[] = [];
  const run = { onProgress: (event: Progress) => void told.push(event) };
  const look = async (because: (reason: string) => void): Promise<undefined> => {
    because('cannot connect to pi@sbc: Connection timed out');
    return undefined;
  };
  expect(await waitFor(run, 'confirm', 0, look)).toBeUndefined();
  expect(told).toMatchObject([{ type: 'waiting', limit: 0, last: 'Connection timed out' }]);
});
