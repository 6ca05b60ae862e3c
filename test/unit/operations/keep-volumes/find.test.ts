import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import {
  loadVolumes,
  makeVolumesFolder,
  noteVolumes,
  volumeFile,
  volumesFolder,
} from '../../../../src/device/kept-volumes.js';
import { LevitateError } from '../../../../src/errors.js';
import type { Consent, Job, KeptVolume } from '../../../../src/flash/kind.js';
import { dropWaiting, findVolumes } from '../../../../src/operations/keep-volumes/find.js';
import {
  settleVolumes,
  waitingChecks,
  waitingVolumes,
} from '../../../../src/operations/keep-volumes/put.js';
import type { KeptVolumes } from '../../../../src/protocol/kept-volumes-file.js';
import type { Session } from '../../../../src/protocol/session-file.js';
import { sha256 } from '../../../../src/shared/sha256.js';
import { aJob, content, data, header, host, parts, session } from './a-keeping.js';

const kept: KeptVolumes = {
  ...{ host, target: 'layout', entryId: 'one', device: session.device!, state: 'writing' },
  ...{ at: '2026-01-02T03:04:05.000Z', sequences: [5] },
  volumes: [{ ...data, sha256: sha256(content) }],
};
const onDevice = header(5);
const begun = header(6);
const damaged = new LevitateError('KEEP_REFUSED', 'it is damaged');
let notes: string[];
const run = { onProgress: (event: object) => void notes.push(JSON.stringify(event)) };

beforeEach(() => {
  notes = [];
  vi.stubEnv('XDG_STATE_HOME', mkdtempSync(join(tmpdir(), 'levitate-volumes-')));
});

/** As a run has left it that was killed in this state. */
async function left(about: Partial<KeptVolumes> = {}) {
  await makeVolumesFolder(host, 'layout');
  writeFileSync(volumeFile(host, 'layout', 0), content);
  await noteVolumes({ ...kept, ...about });
}

interface Case {
  job?: Job;
  there?: KeptVolume[];
  isTouched?: boolean;
  unread?: LevitateError;
  state?: KeptVolumes['state'];
  of?: Partial<Session>;
  consent?: Consent;
}
const find = (about: Case = {}) => {
  const { job = aJob(), there = [data], isTouched, unread, of, consent = {} } = about;
  const known = { parts, there, begun: isTouched === true, ...(unread ? { unread } : {}) };
  return findVolumes(job, known, { ...session, ...of }, consent, run);
};

it('what is on the device is kept, and saved later', async () => {
  const job = aJob();
  const found = await find({ job });
  expect(found).toMatchObject({ volumes: [data], parts: [{ name: 'data' }] });
  expect(job.facts.keeps).toEqual([data]);
  expect(found?.copy).toBeUndefined();
});

it('a volume that the device does not have is told, and nothing is kept of it', async () => {
  expect(await find({ there: [] })).toBeUndefined();
  expect(notes.join()).toContain('no volume data with content');
});

it('a UBI that cannot be attached is refused, as its volumes are not known; a flash without any is not', async () => {
  const detached = aJob();
  detached.facts = { ...detached.facts, volumes: [] };
  await expect(find({ job: detached, there: [] })).rejects.toThrow(/cannot be attached/);
  detached.state.before = ['ff'.repeat(64)];
  expect(await find({ job: detached, there: [] })).toBeUndefined();
});

it('a volume that cannot be read is refused', async () => {
  await expect(find({ there: [], unread: damaged })).rejects.toBe(damaged);
});

it('more than this machine has room for is refused with the numbers', async () => {
  const large = { ...data, bytes: Number.MAX_SAFE_INTEGER };
  await expect(find({ there: [large] })).rejects.toMatchObject({
    code: 'KEEP_REFUSED',
    message: expect.stringMatching(/have .*, and .* are free on this machine/) as string,
  });
});

it.each<[string, Case]>([
  ['the eraseblocks have another number', { job: aJob([onDevice, begun]) }],
  ['the device knows of a write that has not ended', { isTouched: true, there: [] }],
  ['the device does not have the volume', { there: [] }],
  ['what the device has cannot be read', { there: [], unread: damaged }],
  ['it is another entry', { job: aJob([begun]), of: { entryId: 'two' } }],
  ['it is back, and the device has not noted so', { isTouched: true, state: 'put' }],
])('the copy is the only one after a write that did not end: %s', async (_, about) => {
  await left(about.state ? { state: about.state } : {});
  const job = about.job ?? aJob();
  const found = await find({ ...about, job });
  expect(found?.copy?.images[0]).toMatchObject({ sha256: sha256(content) });
  expect(job.facts.keeps).toMatchObject([{ name: 'data', onlyCopyOf: kept.at }]);
  expect(notes.join()).toContain('the only copy');
});

it.each<[string, Partial<KeptVolumes>]>([
  ['saved, and not begun', { state: 'saved' }],
  ['about to begin', {}],
  ['put back', { state: 'put' }],
])('what is on the device counts where the layout is the old one: %s', async (_, about) => {
  await left(about);
  const found = await find();
  expect(found?.copy).toBeUndefined();
  expect(found?.volumes).toEqual([data]);
});

it('a layout that was begun elsewhere has lost what is kept there', async () => {
  const refused = {
    code: 'KEEP_REFUSED',
    hint: expect.stringContaining('--drop-kept') as string,
  };
  await expect(find({ isTouched: true })).rejects.toMatchObject(refused);
  await left({ state: 'put', entryId: 'zero' });
  await expect(find({ isTouched: true })).rejects.toMatchObject(refused);
});

it.each<[string, Case, Partial<KeptVolumes>, RegExp]>([
  [
    'of another device',
    { of: { entryId: 'two', device: { ...session.device!, serial: '9' } } },
    {},
    /another device/,
  ],
  [
    'of volumes that the profile keeps no more',
    {},
    { volumes: [{ ...kept.volumes[0]!, name: 'env' }] },
    /only copy of the volume env/,
  ],
  [
    'that is not whole',
    {},
    { volumes: [{ ...kept.volumes[0]!, sha256: sha256('') }] },
    /not what was saved/,
  ],
  [
    'of more than the new layout takes',
    {},
    { volumes: [{ ...kept.volumes[0]!, lebs: 12 }] },
    /has no place in the new layout/,
  ],
])('the only copy is refused: %s', async (_, about, more, message) => {
  await left(more);
  await expect(find({ ...about, isTouched: true })).rejects.toMatchObject({
    code: 'KEEP_REFUSED',
    message: expect.stringMatching(message) as string,
  });
  expect(await loadVolumes(host, 'layout')).toBeDefined();
});

it('what lies there and is not understood is left as it is', async () => {
  await left();
  writeFileSync(
    join(volumesFolder(host, 'layout'), 'kept.json'),
    '{"state":"of another levitate"}',
  );
  await expect(find()).rejects.toThrow(/does not understand/);
  expect(await waitingVolumes(host)).toEqual([]);
  await settleVolumes(session, true, run);
  expect(existsSync(volumeFile(host, 'layout', 0))).toBe(true);
});

it('leaving takes away what a run has left that was killed while it saved', async () => {
  await makeVolumesFolder(host, 'layout');
  writeFileSync(volumeFile(host, 'layout', 0), 'half');
  await settleVolumes(session, false, run);
  expect(existsSync(volumesFolder(host, 'layout'))).toBe(false);
});

it('a volume that is kept is no risk, and one that a person does without is one', async () => {
  const job = aJob();
  job.image = { ...job.image, ubi: { ...job.image.ubi!, volumes: [], table: [] } };
  expect(await find({ job })).toBeDefined();
  await expect(
    find({ job: { ...job, facts: aJob().facts }, consent: { dropKept: true } }),
  ).rejects.toMatchObject({
    code: 'VOLUMES_AT_RISK',
  });
});

it('who does without them is not asked, and what waits is put aside', async () => {
  const consent = { dropKept: true };
  await left();
  expect(await find({ isTouched: true, consent })).toBeUndefined();
  await dropWaiting(host, 'layout', {}, run);
  expect(await waitingVolumes(host)).toHaveLength(1);
  await dropWaiting(host, 'layout', consent, run);
  expect(await waitingVolumes(host)).toEqual([]);
  expect(existsSync(`${volumesFolder(host, 'layout')}.dropped/0.img`)).toBe(true);
  await dropWaiting(host, 'layout', consent, run);
  expect(existsSync(`${volumesFolder(host, 'layout')}.dropped/0.img`)).toBe(true);
});

it('only what waits is told', async () => {
  expect(await waitingVolumes(host)).toEqual([]);
  await left({ state: 'saved' });
  expect(await waitingVolumes(host)).toEqual([]);
  await left();
  expect(await waitingVolumes(host)).toMatchObject([{ target: 'layout' }]);
  const waiting = await waitingVolumes(host);
  expect(waitingChecks(waiting, [['layout', 0]], {})).toMatchObject([{ verdict: 'warning' }]);
  expect(waitingChecks(waiting, [['system', 0]], {})).toEqual([]);
});

it.each<[string, Partial<KeptVolumes>, boolean, boolean]>([
  ['put back, and a new system is confirmed', { state: 'put' }, true, false],
  ['saved, and nothing was written', { state: 'saved' }, false, false],
  ['about to be written, and nothing was', {}, false, false],
  ['not put back', {}, true, true],
  ['of an entry before', { entryId: 'zero' }, false, true],
  ['of no entry', { entryId: '' }, false, true],
])('leaving takes away what nobody needs: %s', async (_, about, isNew, stays) => {
  await left(about);
  await settleVolumes({ ...session, entryId: about.entryId === '' ? '' : 'one' }, isNew, run);
  expect(existsSync(volumeFile(host, 'layout', 0))).toBe(stays);
  expect(notes.join().includes('not back')).toBe(stays);
});
