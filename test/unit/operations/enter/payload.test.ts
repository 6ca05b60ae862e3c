import { expect, it } from 'vitest';
import { readInstalled } from '../../../../src/device/installed.js';
import { installedPayload } from '../../../../src/operations/enter/payload.js';
import { protocol } from '../../../../src/protocol/version.js';
import { profileJson } from '../../../../src/rootfs/settings.js';
import { normalised } from '../../profiles.js';
import { read, routerText } from '../recorded/index.js';

const stored = JSON.parse(profileJson(normalised())) as object;
const sha256 = 'a'.repeat(64);

/** What entering is told of a device on which this is installed. */
const payload = (profile: string, { digest = sha256, size = '4096' } = {}) =>
  installedPayload(
    { ...read(routerText).facts, installed: readInstalled(digest, size, profile, []) },
    'ap',
  );

it('an installed archive is one with its profile', () => {
  expect(payload(JSON.stringify(stored))).toMatchObject({
    profile: { name: 'test' },
    rootBytes: 4096,
  });
});

it.each([
  ['another protocol', JSON.stringify({ ...stored, protocol: protocol + 1 })],
  ['a profile of another form', JSON.stringify({ protocol: protocol + 1, form: 'new' })],
  ['no protocol at all', JSON.stringify({ ...stored, protocol: undefined })],
])('one with %s is of another levitate', (_, profile) => {
  expect(() => payload(profile)).toThrow(
    expect.objectContaining({ code: 'FLASHER_INCOMPATIBLE', exit: 3 }) as Error,
  );
});

it.each([
  ['whose profile is cut', JSON.stringify(stored).slice(0, -9), {}],
  ['whose profile lacks a part', JSON.stringify({ ...stored, services: undefined }), {}],
  ['without its size', JSON.stringify(stored), { size: '' }],
  ['without its digest', JSON.stringify(stored), { digest: 'none' }],
])('one %s is damaged', (_, profile, other) => {
  expect(() => payload(profile, other)).toThrow(
    expect.objectContaining({
      code: 'REMOTE_FAILED',
      message: expect.stringContaining('is damaged') as string,
      hint: expect.stringContaining('levitate install ap PROFILE') as string,
    }) as Error,
  );
});
