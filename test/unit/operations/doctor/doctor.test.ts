import { expect, it } from 'vitest';
import { doctorLines } from '../../../../src/cli/views/doctor-lines.js';
import { deviceRows } from '../../../../src/operations/doctor/doctor.js';
import type { Check } from '../../../../src/progress.js';

const board: Check = { name: 'board', verdict: 'warning', found: 'x', advice: 'y' };
const probed = (state: 'normal' | 'maintenance') => ({
  ...{ host: 'box', facts: { state, hostname: 'ap' }, brought: ['dropbear'] },
  checks: [board],
});

it('a device in its own system has the rows of the preflight, and is probed next', () => {
  const { state, device } = deviceRows(probed('normal'));
  expect(device?.map(({ name }) => name)).toEqual(['connection', 'board', 'programs']);
  const lines = doctorLines({ host: 'box', machine: [], state: state!, device: device! });
  expect(lines.slice(-2)).toEqual(['Next:', '  levitate probe box --profile-out device.yaml']);
});

it('a device in maintenance is judged by no profile', () => {
  const { state, device } = deviceRows(probed('maintenance'));
  expect(device).toEqual([
    { name: 'connection', verdict: 'ok', found: 'it answers as ap' },
    { name: 'state', verdict: 'ok', found: 'the device is in maintenance' },
  ]);
  const lines = doctorLines({ host: 'box', machine: [], state: state!, device: device! });
  expect(lines.slice(-3)).toEqual([
    'Nothing necessary is missing.',
    'Next:',
    '  levitate status box',
  ]);
});
