import { afterEach, describe, expect, test } from 'vitest';
import { addressOf, connectMaintenance, connectRunning } from '../../src/device/connect.js';
import { fingerprint } from '../../src/ssh/host-keys.js';
import { confirmSystem } from '../../src/operations/leave/confirm.js';
import { whatComesUp } from '../../src/operations/slots/reboot.js';
import { leave } from '../../src/operations/leave/leave.js';
import { verifyReleased } from '../../src/operations/enter/verify-released.js';
import { saveSession } from '../../src/device/session.js';
import { attach } from '../../src/operations/attach.js';
import { LevitateError } from '../../src/errors.js';
import type { Progress } from '../../src/progress.js';
import { sessionOf, sshConfig } from './clients.js';
import { goodFlasher, inState, startPretender } from './pretender.js';
import { normalised } from '../unit/profiles.js';
import { canServePi, password, startPi } from './pi.js';
import { startServer, type Server } from './servers.js';

const servers: Server[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));
const started = async (...args: Parameters<typeof startServer>): Promise<Server> => {
  const server = await startServer(...args);
  servers.push(server);
  return server;
};

/** Waits for a new system behind a configuration, with the entry of a maintenance system that may still answer. */
async function waitFor(
  config: string,
  maintenance: Server,
  confirm: { hostKey: 'same' | 'changes'; timeoutSeconds: number },
  onProgress?: (event: Progress) => void,
) {
  const session = await sessionOf(maintenance, { host: 'device', sshConfig: config });
  return confirmSystem(
    {
      ...{ host: 'device', sshConfig: config, session, oldBootId: 'old', isNew: true },
      confirm: { ...confirm, build: undefined },
    },
    { onProgress },
  );
}

describe('a system that answers and lets nobody in', () => {
  test('is told as such, first while it may be booting', async () => {
    const [server, other] = [await started('sshd'), await started('sshd')];
    const told: Progress[] = [];
    const config = sshConfig(server, { keyFile: other.keyFile });
    const entry = { ...server, privateKey: other.privateKey };
    await expect(
      waitFor(config, entry, { hostKey: 'same', timeoutSeconds: 300 }, (event) => told.push(event)),
    ).rejects.toThrow(
      expect.objectContaining({
        code: 'NOT_CONFIRMED',
        message: expect.stringMatching(/does not accept the login \S+$/) as string,
        hint: expect.stringMatching(/must know the user \S+, and accept the same key/) as string,
        data: expect.objectContaining({ reason: 'AUTH_FAILED' }) as object,
      }) as Error,
    );
    expect(told.filter(({ type }) => type === 'note')).toEqual([
      expect.objectContaining({ message: expect.stringContaining('still be booting') as string }),
    ]);
  }, 120_000);

  test('is no new one while it is the maintenance system', async () => {
    const [server, other] = [await started('sshd'), await started('sshd')];
    const config = sshConfig(server, { keyFile: other.keyFile });
    await expect(waitFor(config, server, { hostKey: 'same', timeoutSeconds: 3 })).rejects.toThrow(
      expect.objectContaining({
        code: 'RECONNECT_TIMEOUT',
        hint: expect.stringContaining('maintenance system still answers') as string,
      }) as Error,
    );
  }, 120_000);
});

test('the host key of the maintenance system is not taken for that of the new one', async () => {
  const person = await started('sshd');
  // On its way down it presents its key, and lets nobody in any more.
  const old = await startServer('sshd', ['AuthorizedKeysFile none']);
  const config = sshConfig(person, { port: old.port, hostKeys: [] });
  const notes: string[] = [];
  const waiting = waitFor(config, old, { hostKey: 'changes', timeoutSeconds: 120 }, (event) => {
    if (event.type === 'note') notes.push(event.message);
  });
  await expect.poll(() => notes.length, { timeout: 60_000 }).toBe(1);
  await old.stop();
  const keys = `AuthorizedKeysFile ${person.folder}/home/.ssh/authorized_keys`;
  const fresh = await started('sshd', [keys], old.port);
  expect(await waiting).toMatchObject({ bootId: expect.any(String) as string });
  const shown = fresh.hostKeys.map((key) => fingerprint(key) ?? '');
  expect(shown.some((print) => notes.at(-1)?.includes(print))).toBe(true);
  expect(notes.at(-1)).toContain(`ssh-keygen -R '[127.0.0.1]:${fresh.port}'`);
}, 180_000);

describe('the slots of a new system that may make its own host key', () => {
  /** Waits for a device whose ssh client knows the host keys of one, and gives what was told until its slots could not be read. */
  async function readSlots(device: Server, known: Server): Promise<string[]> {
    const connection = {
      host: 'device',
      sshConfig: sshConfig(device, { hostKeys: known.hostKeys }),
    };
    const profile = normalised();
    const slot = { root: '/dev/null', targets: {} };
    const awaited = {
      ...{ connection, oldBootId: 'old', seconds: 60 },
      // Of a device that does not leave its system nobody knows the host keys but the person's ssh.
      session: await sessionOf({ ...device, hostKeys: [] }, connection),
      profile: {
        ...profile,
        confirm: { ...profile.confirm, hostKey: 'changes' as const },
        boot: {
          ...{ loader: 'grubenv' as const, tries: 1, confirmWithinSeconds: 60 },
          environment: [{ device: '/dev/null', file: '/grubenv' }],
          slots: { a: slot, b: slot },
        },
      },
    };
    const notes: string[] = [];
    const onProgress = (event: Progress) =>
      void (event.type === 'note' && notes.push(event.message));
    await expect(whatComesUp(awaited, { onProgress })).rejects.toThrow(
      expect.objectContaining({ code: 'TARGET_MISSING', exit: 6 }) as Error,
    );
    return notes;
  }

  test('are read over a connection that takes that key', async () => {
    const [device, before] = [await started('sshd'), await started('sshd')];
    expect(await readSlots(device, before)).toEqual([
      expect.stringContaining(fingerprint(device.hostKeys[0] ?? '') ?? ''),
    ]);
  }, 120_000);

  test('and where it has the key from before, nothing is told', async () => {
    const device = await started('sshd');
    expect(await readSlots(device, device)).toEqual([]);
  }, 120_000);
});

test('the host key that the device had before is nothing to tell', async () => {
  const device = await started('sshd');
  const notes: string[] = [];
  const config = sshConfig(device);
  await waitFor(config, device, { hostKey: 'changes', timeoutSeconds: 60 }, (event) => {
    if (event.type === 'note') notes.push(event.message);
  });
  expect(notes).toEqual([]);
}, 120_000);

describe('what only reads is asked again over a new connection', () => {
  /** Its first answer is the end of the connection. */
  const flasher = `[ -e FOLDER/lost ] || { touch FOLDER/lost; kill -9 $PPID; sleep 100; }\n${goodFlasher}`;

  test('reaching it', async () => {
    const device = await startPretender({ flasher });
    servers.push(device.server);
    await using reached = await inState(device.state, () => attach({ host: 'device' }, {}));
    expect(reached.status.boot_id).toBe('boot');
  });

  test('proving it', async () => {
    const device = await startPretender({ flasher });
    servers.push(device.server);
    const first = await connectMaintenance(device.session);
    expect((await verifyReleased(first, device.session, {})).status.phase).toBe('released');
  });
});

test.runIf(canServePi)(
  'a question that nobody answers is taken back when the bound on waiting is over, and not before',
  async () => {
    const device = await startPi();
    servers.push(device);
    const connection = { host: 'device', sshConfig: device.config, interactive: true };
    const ends: unknown[] = [];
    const waiting = confirmSystem(
      {
        ...connection,
        ask: (_question, { signal }) =>
          new Promise((resolve) => {
            if (signal.aborted) resolve(undefined);
            signal.addEventListener('abort', () => {
              ends.push(signal.reason);
              resolve(undefined);
            });
          }),
        session: await sessionOf(device, connection),
        ...{ oldBootId: 'old', isNew: true },
        confirm: { build: undefined, hostKey: 'same', timeoutSeconds: 10 },
      },
      {},
    );
    await expect(waiting).rejects.toThrow(LevitateError);
    expect(ends[0]).toMatchObject({ name: 'TimeoutError' });
  },
  120_000,
);

test.runIf(canServePi)(
  'a login by a password, where nobody can be asked, is not told as one that the system does not accept',
  async () => {
    const device = await startPi();
    servers.push(device);
    const waiting = waitFor(device.config, device, { hostKey: 'same', timeoutSeconds: 300 });
    await expect(waiting).rejects.toMatchObject({
      code: 'NOT_CONFIRMED',
      message:
        'device is up again; the login pi wants a password, and nobody could be asked for it here',
      hint: expect.stringMatching(/On a terminal.*: levitate status device$/) as string,
    });
  },
  120_000,
);

test.runIf(canServePi)('an entry remembers that its login was by a password', async () => {
  const device = await startPi();
  servers.push(device);
  const connection = { host: 'device', sshConfig: device.config, interactive: true };
  const ask = () => Promise.resolve(password);
  await using running = await connectRunning({ ...connection, ask });
  expect(await addressOf(connection, running)).toMatchObject({ user: 'pi', byTyping: true });
});

test.each([true, false])(
  'before the reboot it is told that nobody can be asked for a password afterwards, where one was typed: %s',
  async (byTyping) => {
    const flasher = goodFlasher.replace(
      'journal)',
      `profile) echo '${JSON.stringify({ type: 'profile', profile: normalised() })}' ;;\njournal)`,
    );
    const touched = flasher.replace(
      '"touched":false,"targets":{}',
      '"touched":true,"targets":{"block-_dev_vda":"touched"}',
    );
    const device = await startPretender({ flasher: touched });
    servers.push(device.server);
    const notes: string[] = [];
    await inState(device.state, async () => {
      await saveSession({ ...device.session, ...(byTyping ? { byTyping } : {}) });
      const leaving = leave(
        { host: 'device', force: true, confirmForce: () => Promise.resolve(false) },
        { onProgress: (event) => void (event.type === 'note' && notes.push(event.message)) },
      );
      await expect(leaving).rejects.toMatchObject({ code: 'DECLINED' });
    });
    const warning = expect.stringContaining('nobody can be asked for it here') as string;
    expect(notes).toEqual(byTyping ? [warning] : []);
  },
);
