import { expect, test } from 'vitest';
import type { Session } from '../../../../src/device/session.js';
import { LevitateError } from '../../../../src/errors.js';
import { leaveRefused, tellToLeave } from '../../../../src/operations/leave/tell-to-leave.js';
import { Maintenance } from '../../../../src/operations/maintenance.js';
import type { StatusCore } from '../../../../src/protocol/status.js';
import type { Transport } from '../../../../src/ssh/transport.js';

/** A connection that breaks over each command. */
const breaking: Transport = {
  name: 'breaking',
  exec: () => Promise.reject(new LevitateError('CONNECTION_LOST', 'the link broke')),
  close: () => Promise.resolve(),
};

/** A device whose link broke, and that answers a new connection so. */
const cut = (status: Partial<StatusCore> & { touched?: boolean }, answer: () => Promise<never>) =>
  Object.assign(new Maintenance({ host: 'ap' } as Session, breaking, status as StatusCore), {
    connect: answer,
  });
const otherSystem = () => Promise.reject(new LevitateError('AUTH_FAILED', 'not your key'));

test('a device whose answer was lost, and that is in another system now, has left', async () => {
  const told: unknown[] = [];
  const run = { onProgress: (event: unknown) => void told.push(event) };
  expect(await tellToLeave(cut({ touched: true }, otherSystem), { host: 'ap' }, run)).toBe(true);
  expect(told).toMatchObject([
    { level: 'warning', message: /the link broke.*which system comes up/ },
  ]);
});

test('without its answer, a device counts as written to unless it had said that it was not', async () => {
  const isNew = (status: { touched?: boolean }, lease?: number) =>
    tellToLeave(cut(status, otherSystem), { host: 'ap', ...(lease ? { lease } : {}) }, {});
  expect(await isNew({ touched: false })).toBe(false);
  expect(await isNew({ touched: false }, 7)).toBe(true);
  expect(await isNew({})).toBe(true);
});

test('a device that is there and gives no answer has not left', async () => {
  const silent = new LevitateError('CONNECTION_LOST', 'no end', { data: { timeoutMs: 60_000 } });
  const maintenance = cut({ touched: true }, otherSystem);
  maintenance.transport = { ...breaking, exec: () => Promise.reject(silent) };
  await expect(tellToLeave(maintenance, { host: 'ap' }, {})).rejects.toBe(silent);
});

test('the refusal to leave names the command that finishes the target, for this host', () => {
  const said =
    'system was written to and not read back whole: levitate flash HOST system=IMAGE finishes it';
  const error = leaveRefused('root@ap', new LevitateError('LEAVE_REFUSED', said));
  expect(error).toMatchObject({ code: 'LEAVE_REFUSED', exit: 5 });
  expect(error.message).toBe(said.replace('HOST', 'root@ap'));
  expect(error.hint).toMatch(/will probably not boot: levitate leave root@ap --force/);
});

test('the image that was written last stands in that command', () => {
  const said =
    'system was written to and not read back whole: levitate flash HOST system=IMAGE finishes it';
  const refusal = new LevitateError('LEAVE_REFUSED', said);
  expect(leaveRefused('ap', refusal, { system: 'raw:/srv/my $&.img' }).message).toMatch(
    /: levitate flash ap 'system=raw:\/srv\/my \$&\.img' finishes it$/,
  );
});

test('volumes that wait on this machine are named', () => {
  const refusal = new LevitateError('LEAVE_REFUSED', 'layout was written to');
  const waiting = [{ volumes: [{ name: 'data' }, { name: 'env' }] }];
  expect(leaveRefused('ap', refusal, {}, waiting).hint).toMatch(/^What data, env held is on this/);
});
