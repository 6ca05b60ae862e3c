import { expect, test } from 'vitest';
import type { Transport } from '../../../src/device/transport.js';
import { LevitateError } from '../../../src/errors.js';
import { persist } from '../../../src/operations/persist.js';

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
      transport: gone,
      lease: undefined,
      connect: () => Promise.reject(new LevitateError('AUTH_FAILED', 'not your key')),
    };
    const cut = () => Promise.reject(new LevitateError('CONTACT_LOST', 'the link broke'));
    await expect(persist(link, [], () => undefined, undefined, cut)).rejects.toMatchObject({
      code: 'NOT_IN_MAINTENANCE',
      exit: 6,
    });
  },
);
