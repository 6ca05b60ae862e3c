/** What a flash that was stopped or failed says of the device. */
import { expect, test } from 'vitest';
import type { Lease } from '../../../../src/device/flasher.js';
import type { Session } from '../../../../src/device/session.js';
import { LevitateError } from '../../../../src/errors.js';
import { chunkSize } from '../../../../src/image/image.js';
import { withDeviceState } from '../../../../src/operations/flash/with-device-state.js';
import { Maintenance } from '../../../../src/operations/maintenance.js';
import type { FlasherStatus } from '../../../../src/device/flasher.js';
import { protocol } from '../../../../src/protocol/version.js';
import { localTransport } from '../../device/local-transport.js';

const status: FlasherStatus = {
  ...{ protocol, chunk_bytes: chunkSize, boot_id: 'b', entry: 'e', name: 'n', version: '1' },
  ...{ phase: 'released', root: 'tmpfs', touched: false, targets: {}, held: [], holders: {} },
  ...{ modules_failed: [], lease: null, writer: null, seconds: 3, memory_available_kib: 4 },
};

/** A device that was attached to when it was so, had the lease taken or not, and now answers so, or not at all. */
function device(before: boolean, hasLease: boolean, now: boolean | undefined): Maintenance {
  const said = JSON.stringify({ type: 'status', ...status, touched: now });
  const answer = now === undefined ? 'exit 255' : `echo '${said}'`;
  const transport = localTransport(`flasher() { ${answer}; }; eval "$1"`);
  const session = { host: 'ap' } as Session;
  const maintenance = new Maintenance(session, transport, { ...status, touched: before });
  if (hasLease) maintenance.lease = { token: 1 } as Lease;
  return maintenance;
}

const nothing = /^Nothing was written\. The same command again carries on; levitate leave ap goes/;
const something = /^The same command again carries on\. levitate status ap tells what was written/;

test.each([
  ['before it had the lease', false, false, undefined, nothing],
  ['before its first write', false, true, false, nothing],
  ['while it writes', false, true, true, something],
  ['while nobody answers', false, true, undefined, something],
  ['on a device that was written to before', true, false, undefined, something],
])('a flash that is stopped %s says so', async (_when, before, hasLease, now, hint) => {
  const signal = AbortSignal.abort();
  const error = await withDeviceState(new Error(), device(before, hasLease, now), { signal });
  expect(error).toMatchObject({ code: 'INTERRUPTED_IN_MAINTENANCE', exit: 5 });
  expect((error as LevitateError).hint).toMatch(hint);
});

test.each([
  ['a device that was not written to', false, 3, undefined],
  ['one that was', true, 5, /^The device was written to, and stays in maintenance\. /],
])('a flash that fails on %s ends so', async (_what, now, exit, hint) => {
  const failure = new LevitateError('TARGET_IN_USE', 'in use', { exit: 3, hint: '' });
  const error = await withDeviceState(failure, device(false, true, now), {});
  expect(error).toMatchObject({ code: 'TARGET_IN_USE', exit });
  if (hint) expect((error as LevitateError).hint?.trim()).toMatch(hint);
  else expect(error).toBe(failure);
});
