import { mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  forgetSession,
  loadSession,
  saveSession,
  type Session,
} from '../../../src/device/session.js';

let folder: string;
let sessions: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-session-'));
  sessions = join(folder, 'levitate/sessions');
  await mkdir(sessions, { recursive: true });
  vi.stubEnv('XDG_STATE_HOME', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const session: Session = {
  host: 'root@box',
  hostname: 'box.example',
  port: 2222,
  user: 'root',
  proxied: false,
  entryId: 'e1',
  bootId: 'b1',
  privateKey: 'KEY',
  hostKeys: ['ssh-ed25519 AAAA'],
};
const file = () => join(sessions, 'root%40box.json');

it('keeps an entry for its user alone, whole, until it is forgotten', async () => {
  await saveSession(session);
  await saveSession({ ...session, port: 22 });
  expect(await readdir(sessions)).toEqual(['root%40box.json']);
  expect((await stat(file())).mode & 0o777).toBe(0o600);
  expect(await loadSession('root@box')).toMatchObject({ ...session, port: 22 });
  await forgetSession('root@box');
  expect(await loadSession('root@box')).toBeUndefined();
  await forgetSession('root@box');
});

it('keeps that of a device whose archive was booted by itself, which has no entry id', async () => {
  await saveSession({ ...session, entryId: '' });
  expect(await loadSession('root@box', (text) => expect.fail(text))).toMatchObject({ entryId: '' });
});

it('knows entries of the levitate before this one, and what a later one adds to them', async () => {
  await writeFile(file(), JSON.stringify({ ...session, more: [1] }));
  const warnings: string[] = [];
  expect(await loadSession('root@box', (text) => warnings.push(text))).toMatchObject(session);
  expect(warnings).toEqual([]);
});

const without = (key: keyof Session) => {
  const { [key]: _, ...rest } = session;
  return JSON.stringify(rest);
};
it.each<[string, string | Buffer, RegExp]>([
  ['empty', '', /is empty/],
  ['blank', '\n', /is empty/],
  ['zeros, as after a power cut', Buffer.alloc(400), /is not whole/],
  ['cut', JSON.stringify(session).slice(0, 60), /is not whole/],
  ['no JSON', 'port: 22', /is not whole/],
  ['not text', Buffer.from([0xff, 0xfe, 0x00]), /is not whole/],
  ['{}', '{}', /is of another host/],
  ['null', 'null', /is of another form/],
  ['a list', '[]', /is of another form/],
  ['a number', '7', /is of another form/],
  ['of another host', JSON.stringify({ ...session, host: 'box' }), /is of another host/],
  ['of a newer levitate', JSON.stringify({ ...session, version: 2 }), /is of version 2/],
  ['of no version', JSON.stringify({ ...session, version: 'x' }), /is of version "x"/],
  ['without a key', without('privateKey'), /has no good privateKey/],
  ['without a port', without('port'), /has no good port/],
  ['with a port in words', JSON.stringify({ ...session, port: '22' }), /has no good port/],
  ['with a port too large', JSON.stringify({ ...session, port: 65536 }), /has no good port/],
  ['with a key of another type', JSON.stringify({ ...session, privateKey: {} }), /privateKey/],
  ['with keys of another type', JSON.stringify({ ...session, hostKeys: 'x' }), /hostKeys/],
  ['with a key that is none', JSON.stringify({ ...session, hostKeys: [null] }), /hostKeys/],
  ['with a null', JSON.stringify({ ...session, bootId: null }), /bootId/],
])('an entry that is %s counts as none, and is named', async (_what, content, reason) => {
  await writeFile(file(), content);
  const warnings: string[] = [];
  expect(await loadSession('root@box', (text) => warnings.push(text))).toBeUndefined();
  expect(warnings).toEqual([expect.stringMatching(reason)]);
  expect(warnings[0]).toContain(file());
});

it.each<[string, () => Promise<unknown>]>([
  ['a folder', () => mkdir(file())],
  ['a link to itself', () => symlink(file(), file())],
])('what is in its place and %s counts as none', async (_what, make) => {
  await make();
  const warnings: string[] = [];
  expect(await loadSession('root@box', (text) => warnings.push(text))).toBeUndefined();
  expect(warnings).toHaveLength(1);
});

it('a failure to keep an entry leaves the one before, and nothing else', async () => {
  await saveSession(session);
  const before = await readFile(file(), 'utf8');
  const unkeepable = { ...session, hostname: 1n as unknown as string };
  await expect(saveSession(unkeepable)).rejects.toThrow();
  expect(await readFile(file(), 'utf8')).toBe(before);
  expect(await readdir(sessions)).toEqual(['root%40box.json']);
});

it('a folder that gives way to a file is told as such', async () => {
  vi.stubEnv('XDG_STATE_HOME', join(folder, 'file'));
  await writeFile(join(folder, 'file'), '');
  await expect(saveSession(session)).rejects.toMatchObject({ code: 'FOLDER_UNUSABLE', exit: 2 });
  const warnings: string[] = [];
  expect(await loadSession('root@box', (text) => warnings.push(text))).toBeUndefined();
  expect(warnings).toHaveLength(1);
});
