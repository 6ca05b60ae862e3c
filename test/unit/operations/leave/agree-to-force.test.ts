import { expect, it } from 'vitest';
import type { FlasherStatus } from '../../../../src/operations/status.js';
import { agreeToForce, halfWritten } from '../../../../src/operations/leave/agree-to-force.js';
import type { Maintenance } from '../../../../src/operations/maintenance.js';
import type { StatusCore } from '../../../../src/protocol/status.js';

const session = {
  host: 'pi@box',
  device: { hostname: 'box', model: '', serial: '', system: '', init: '' },
  images: { disk: '/srv/new.img' },
};
const names = { 'block-vda': 'disk', 'block-vdb': 'data' };
const status = (targets: Record<string, string>, owner?: string) =>
  ({
    targets,
    lease: owner === undefined ? null : { token: 1, owner, seconds: 3 },
  }) as unknown as FlasherStatus;
const who = { host: 'pi@box', device: { hostname: 'box' } };

it('names what was written to and not read back whole, and its image', () => {
  const found = halfWritten(
    session,
    status({ 'block-vda': 'touched', 'block-vdb': 'verified' }),
    names,
  );
  expect(found).toEqual({ ...who, targets: [{ target: 'disk', image: '/srv/new.img' }] });
});

it('names who is writing', () => {
  expect(halfWritten(session, status({}, 'root@vm'), names)).toEqual({
    ...who,
    targets: [],
    writer: 'root@vm',
  });
});

it('is no question where all is whole', () => {
  expect(halfWritten(session, status({ 'block-vda': 'verified' }), names)).toBeUndefined();
  expect(halfWritten(session, status({}), names)).toBeUndefined();
});

it('is a question where the flasher speaks another protocol', () => {
  expect(halfWritten(session, undefined, {})).toEqual(who);
});

it.each([
  ['somebody', true],
  ['nobody', false],
])('reboots what is half written where %s agrees', async (_, agrees) => {
  const maintenance = {
    session,
    ask: () => Promise.resolve({ status: status({ 'block-vda': 'touched' }) }),
    profile: () => Promise.resolve({ targets: { disk: { block: 'vda' } } }),
  } as unknown as Maintenance<StatusCore>;
  const asked: string[] = [];
  const agreeing = agreeToForce(
    maintenance,
    ({ host }) => {
      asked.push(host);
      return Promise.resolve(agrees);
    },
    {},
  ).catch((error: unknown) => error);
  const error = await agreeing;
  expect(asked).toEqual(['pi@box']);
  if (agrees) expect(error).toBeUndefined();
  else expect(error).toMatchObject({ code: 'DECLINED', exit: 5 });
});
