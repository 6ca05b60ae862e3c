import { expect, test } from 'vitest';
import { waitFor } from '../../../src/operations/wait-for.js';
import type { Progress } from '../../../src/progress.js';

test.each([
  ['cannot connect to pi@sbc: Connection timed out', 'Connection timed out'],
  ['maintenance root@127.0.0.1:2222 did not answer', 'maintenance did not answer'],
  ['cannot connect to maintenance root@127.0.0.1:28737: read ECONNRESET', 'read ECONNRESET'],
  ['the connection to pi@sbc broke while `sh -s` ran', 'the connection broke while `sh -s` ran'],
  ['pi@sbc.example does not let us in', 'does not let us in'],
])(
  'what is waited for is told with the reason of the last attempt, in few words: %s',
  async (reason, last) => {
    const told: Progress[] = [];
    const run = { onProgress: (event: Progress) => void told.push(event) };
    const look = async (because: (reason: string) => void): Promise<undefined> => {
      because(reason);
      return undefined;
    };
    expect(await waitFor(run, 'confirm', 0, look)).toBeUndefined();
    expect(told).toMatchObject([
      { type: 'waiting', limit: 0 },
      { type: 'waiting', limit: 0, last },
    ]);
    expect(told[0]).not.toHaveProperty('last');
  },
);
