/** A device that is back in its old system is noticed while maintenance is awaited, by whatever login. */
import { afterEach, expect, test, vi } from 'vitest';
import type { Facts } from '../../src/device/facts.js';
import { waitForMaintenance } from '../../src/operations/enter/wait-for-maintenance.js';
import type { Profile } from '../../src/profile/profile.js';
import type { Progress } from '../../src/progress.js';
import { generateKeyPair } from '../../src/ssh/key-pair.js';
import type { Transport } from '../../src/ssh/transport.js';
import { sessionOf, sshConfig } from './clients.js';
import { startServer } from './servers.js';

afterEach(() => void vi.useRealTimers());

test('a server with the right host keys that does not know the entry is the old system', async () => {
  const server = await startServer('sshd');
  try {
    const connection = { host: 'device', sshConfig: sshConfig(server) };
    const { privateKey } = await generateKeyPair('entry');
    const session = { ...(await sessionOf(server, connection)), privateKey };
    vi.useFakeTimers({ toFake: ['performance'] });
    const reasons = new Set<string | undefined>();
    const onProgress = (event: Progress) => {
      if (event.type !== 'waiting') return;
      reasons.add(event.last);
      vi.advanceTimersByTime(40_000);
    };
    const waiting = waitForMaintenance({
      options: connection,
      session: { ...session, host: 'device' },
      facts: { bootId: 'old' } as Facts,
      profile: { safety: { contactTimeoutSeconds: 180 } } as Profile,
      running: {} as Transport,
      watched: { isGoneWithin: () => Promise.resolve(true) },
      run: { onProgress },
    });
    await expect(waiting).rejects.toMatchObject({
      code: 'ENTER_FAILED',
      message: expect.stringContaining('does not know this entry') as string,
    });
    // At first there is only the bound to tell.
    expect([...reasons]).toEqual([
      undefined,
      'an SSH server answers that does not know this entry',
    ]);
  } finally {
    await server.stop();
  }
});
