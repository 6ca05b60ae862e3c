/** What may go wrong with a new slot, and how else one is written, on one device with GRUB. */
import * as cells from '../boot-cells.js';
import { deviceTest } from '../device-test.js';
import { minutes } from '../lines.js';

const test = deviceTest('sbc-slots', { scope: 'file' });

test('a kernel that panics falls back', { timeout: minutes(15) }, ({ levitate }) =>
  cells.fallsBack(levitate, 'panic'),
);

test('a slot without a kernel falls back', { timeout: minutes(15) }, ({ levitate }) =>
  cells.fallsBack(levitate, 'no-kernel'),
);

test(
  'a power cut in the middle of the write changes nothing',
  { timeout: minutes(15) },
  ({ levitate }) => cells.survivesCut(levitate),
);

test(
  'a slot without network falls back by the trial timer',
  { timeout: minutes(25) },
  ({ levitate }) => cells.fallsBack(levitate, 'no-network'),
);

test(
  'a deploy that was killed is confirmed by another command',
  { timeout: minutes(20) },
  ({ levitate }) => cells.isConfirmedLater(levitate),
);

test('a rollback leads to the slot before', { timeout: minutes(15) }, ({ levitate }) =>
  cells.rollsBack(levitate),
);

test('a slot is written from maintenance', { timeout: minutes(25) }, ({ levitate }) =>
  cells.updates(levitate, ['--from', 'maintenance']),
);
