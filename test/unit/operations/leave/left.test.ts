import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { loadSession, saveSession, type Session } from '../../../../src/device/session.js';
import { leftDevice, noteLeft, type Left } from '../../../../src/operations/leave/left.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-left-'));
  vi.stubEnv('XDG_STATE_HOME', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const session: Session = {
  host: 'root@box',
  hostname: 'box.example',
  port: 22,
  user: 'root',
  proxied: false,
  entryId: 'e1',
  privateKey: 'KEY',
  hostKeys: ['ssh-ed25519 AAAA'],
};
const left = (build: Left['confirm']['build']): Left => ({
  session,
  oldBootId: 'b1',
  isNew: true,
  confirm: { build, hostKey: 'changes', timeoutSeconds: 300 },
});

it.each([
  undefined,
  { read: ['cat', '/etc/build'], expect: undefined },
  { read: ['x'], expect: '2' },
])('gives back what a device was told, with the build %j', async (build) => {
  await saveSession(session);
  await noteLeft(left(build), {});
  expect(await leftDevice('root@box')).toEqual({
    ...left(build),
    session: await loadSession('root@box'),
  });
});

it('leaves an entry alone that another command has made since', async () => {
  await saveSession({ ...session, entryId: 'e2' });
  await noteLeft(left(undefined), {});
  expect(await leftDevice('root@box')).toBeUndefined();
});
