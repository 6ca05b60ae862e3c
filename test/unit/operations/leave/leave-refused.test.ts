import { expect, test } from 'vitest';
import { LevitateError } from '../../../../src/errors.js';
import { leaveRefused } from '../../../../src/operations/leave/leave.js';

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
