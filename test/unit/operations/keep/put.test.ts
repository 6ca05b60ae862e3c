import { existsSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { gunzipSync } from 'node:zlib';
import { keptArchive, loadKept, noteKept, saveKept } from '../../../../src/device/kept-files.js';
import { findKept, noteWriting, settleKept } from '../../../../src/operations/keep/put.js';
import { sysupgradeArchive } from '../../../../src/operations/keep/sysupgrade-archive.js';
import type { KeptFiles } from '../../../../src/protocol/kept-file.js';
import type { Session } from '../../../../src/protocol/session-file.js';
import { sha256 } from '../../../../src/shared/sha256.js';

const archive = Buffer.from('an archive');
const device = { hostname: 'pi', model: 'Pi', serial: '1234', system: '', init: '' };
const kept: KeptFiles = {
  ...{ host: 'root@[fe80::1]/x', entryId: 'one', device, at: '2026-01-02T03:04:05.000Z' },
  ...{ state: 'saved', carried: false, entries: 3, sha256: sha256(archive) },
};
const { host } = kept;
const session: Session = {
  ...{ host, hostname: 'h', port: 22, user: 'root', proxied: false },
  ...{ entryId: 'one', device, privateKey: 'k', hostKeys: [] },
};
const keep = {
  paths: [],
  ...{ into: 'disk', within: '', mountedAt: '/', as: 'files' as const },
};
const found = (change: Partial<Session>, consent = {}) =>
  findKept(keep, { ...session, ...change }, consent);

beforeEach(async () => {
  vi.stubEnv('XDG_STATE_HOME', mkdtempSync(join(tmpdir(), 'levitate-kept-')));
  await saveKept(kept, archive);
});

it('what was saved is for its user alone, and comes back as it was', async () => {
  expect(statSync(keptArchive(host)).mode & 0o777).toBe(0o600);
  expect(statSync(join(keptArchive(host), '..')).mode & 0o777).toBe(0o700);
  expect(await loadKept(host)).toEqual({ kept, archive });
  expect(await loadKept('other')).toBeUndefined();
  writeFileSync(keptArchive(host), 'another archive');
  expect(await loadKept(host)).toBeUndefined();
});

it('it is for the entry that it was saved at, and for the same device in another one', async () => {
  expect((await found({})).saved?.archive).toEqual(archive);
  expect((await found({ entryId: '' })).saved).toBeDefined();
  const other = { ...device, serial: '9' };
  await expect(found({ entryId: 'two', device: other })).rejects.toMatchObject({
    code: 'KEEP_REFUSED',
    exit: 3,
    message: expect.stringContaining('may be of another device') as string,
  });
  // A maintenance system that was booted by itself does not tell the name of the device.
  const nameless = { ...device, serial: '', hostname: 'levitate' };
  await expect(found({ entryId: '', device: nameless })).rejects.toThrow(/another device/);
  expect(await found({ entryId: 'two', device: other }, { dropKept: true })).toEqual({ keep });
});

it('where nothing was saved, nothing is written without consent', async () => {
  await expect(found({ host: 'elsewhere' })).rejects.toMatchObject({
    code: 'KEEP_REFUSED',
    hint: expect.stringContaining('--drop-kept') as string,
  });
});

it('it goes with the confirmation, and stays while it is the only copy', async () => {
  await noteWriting(await found({}));
  expect((await loadKept(host))?.kept.state).toBe('writing');
  const notes: string[] = [];
  const run = { onProgress: (event: object) => notes.push(JSON.stringify(event)) };
  await settleKept(session, true, run);
  expect(notes.join()).toContain(keptArchive(host));
  expect(await loadKept(host)).toBeDefined();
  await noteKept({ ...kept, state: 'put' });
  await settleKept(session, true, {});
  expect(existsSync(keptArchive(host))).toBe(false);
});

it('a device that was not written to has its files still, unless an earlier write did not end', async () => {
  await noteKept({ ...kept, state: 'writing', carried: true });
  await settleKept(session, false, {});
  expect(await loadKept(host)).toBeDefined();
  await noteKept({ ...kept, state: 'writing' });
  await settleKept(session, false, {});
  expect(await loadKept(host)).toBeUndefined();
});

it('for OpenWrt it is one file in a tar', () => {
  const tar = sysupgradeArchive(archive, kept.at);
  const text = (from: number, to: number) => tar.toString('latin1', from, to);
  expect(tar.length % 512).toBe(0);
  expect(text(0, 15)).toBe('sysupgrade.tgz\0');
  expect(text(100, 108)).toBe('0000600\0');
  const length = parseInt(text(124, 135), 8);
  expect(gunzipSync(tar.subarray(512, 512 + length))).toEqual(archive);
  const sum = tar
    .subarray(0, 512)
    .reduce((all, one, at) => all + (at < 148 || at > 155 ? one : 32), 0);
  expect(parseInt(text(148, 154), 8)).toBe(sum);
});
