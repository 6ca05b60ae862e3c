import { expect, test } from 'vitest';
import type { Transport } from '../../../../src/ssh/transport.js';
import { LevitateError } from '../../../../src/errors.js';
import { retryOnDisconnect } from '../../../../src/operations/flash/retry-on-disconnect.js';

const gone: Transport = {
  name: 'gone',
  exec: () => Promise.reject(new Error('nothing is asked of it')),
  close: () => Promise.resolve(),
};

test(
  'a device that answers in another system meanwhile is not waited for, and is not said to be in maintenance',
  { timeout: 120_000 },
  async () => {
    const link = {
      session: { host: 'root@10.0.0.2' },
      transport: gone,
      lease: undefined,
      connect: () => Promise.reject(new LevitateError('AUTH_FAILED', 'not your key')),
    };
    const cut = () => Promise.reject(new LevitateError('CONNECTION_LOST', 'the link broke'));
    await expect(retryOnDisconnect(link, [], {}, cut)).rejects.toMatchObject({
      code: 'NOT_IN_MAINTENANCE',
      exit: 6,
      hint: 'Nothing more was written from here. levitate status root@10.0.0.2 tells which system runs.',
    });
  },
);
