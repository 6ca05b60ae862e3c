import { expect, it } from 'vitest';
import { statusLines } from '../../../../src/cli/views/status-lines.js';
import type { FlasherStatus, StatusResult } from '../../../../src/operations/status.js';

const maintenance: FlasherStatus = {
  ...{ protocol: 1, version: '1', boot_id: 'b', entry: 'e', chunk_bytes: 1, name: 'ap' },
  ...{ phase: 'released', root: 'tmpfs', touched: false, targets: {}, held: [], lease: null },
  ...{ holders: { disk: [] }, modules_failed: [], writer: null, seconds: 60 },
  memory_available_kib: 1,
};
const shown = (about: Partial<FlasherStatus>, more: Partial<StatusResult> = {}) =>
  statusLines({
    ...{ host: 'box', where: 'maintenance', maintenance: { ...maintenance, ...about } },
    ...more,
  });
const names = { 'block-_dev_vda': 'disk', 'partition-label_data': 'data' };
const touched = { touched: true, targets: { 'block-_dev_vda': 'touched' } };

it('after a write that was killed, says which command carries on, and nothing that is internal', () => {
  const images = { disk: '/srv/my new.img', data: 'raw:/srv/data' };
  const journal = [
    { seconds: 9, event: 'lease 1 me@laptop' },
    { seconds: 10, event: 'touched block-_dev_vda' },
    { seconds: 10, event: `open block-_dev_vda 1048576 ${'a'.repeat(64)}` },
    { seconds: 11, event: `sha256 ${'a'.repeat(64)}` },
    { seconds: 12, event: 'something of tomorrow' },
  ];
  expect(shown(touched, { names, images, journal })).toEqual([
    'box has been in maintenance (ap) for 1:00 min; its flash was written to.',
    '  disk: nothing stands on it',
    '  disk: written to, and not read back whole',
    '  Done so far, at the second since the kernel of that time had started:',
    '       9 s  me@laptop came to write',
    '      10 s  disk: its first byte changes',
    '      10 s  disk: an image of 1 MiB is to be written',
    '      12 s  something of tomorrow',
    'The write was cut off. me@laptop may still be at it: after a cut of the link, a command connects again by itself for two minutes. Where it has ended, carry on by hand.',
    'Carry on:',
    "  levitate flash box 'disk=/srv/my new.img' data=raw:/srv/data",
  ]);
});

it('says that it is a rescue', () => {
  const text = /^This is the rescue after a power cut/;
  expect(shown({ ...touched, rescue: true })[1]).toMatch(text);
  expect(shown(touched).join('\n')).not.toMatch(text);
});

it.each<[string, Partial<FlasherStatus>, string[]]>([
  ['from another machine', touched, ['Carry on:', '  levitate flash box disk=IMAGE']],
  [
    'all is read back',
    { touched: true, targets: { 'block-_dev_vda': 'verified' } },
    ['Boot what was written:', '  levitate leave box'],
  ],
  [
    'nothing is written',
    {},
    [
      'Write:',
      '  levitate flash box disk=IMAGE',
      'Go back to the old system:',
      '  levitate leave box',
    ],
  ],
  [
    'of several',
    { holders: { a: [], b: [] } },
    [
      'Write:',
      '  levitate flash box TARGET=IMAGE',
      'Go back to the old system:',
      '  levitate leave box',
    ],
  ],
  [
    'somebody is writing',
    { ...touched, lease: { token: 1, owner: 'me@there', seconds: 5 } },
    [
      'me@there is writing now, for 5.0 s already. Leave the device alone until that has ended.',
      'See whether it has ended:',
      '  levitate status box',
    ],
  ],
])('says what comes next: %s', (_, about, next) => {
  expect(shown(about, { names }).slice(-next.length)).toEqual(next);
});

it.each<[StatusResult['where'], string]>([
  ['normal', '  levitate deploy box IMAGE'],
  ['staged', '  levitate uninstall box'],
  ['armed', '  levitate uninstall box'],
])('says what comes next in its own system: %s', (where, next) => {
  expect(statusLines({ host: 'box', where, init: 'systemd' }).at(-1)).toBe(next);
});

it('says how to go on where nobody answers', () => {
  expect(statusLines({ host: 'box', where: 'unreachable', reason: 'refused' })).toEqual([
    'box does not answer: refused',
    'Look again:',
    '  levitate status box',
    'How you get back:',
    '  levitate help recover',
  ]);
});

it('does not say that a write was cut off while somebody is writing', () => {
  const lease = { token: 1, owner: 'me@there', seconds: 5 };
  expect(shown({ ...touched, lease }, { names }).join('\n')).not.toMatch(/cut off|levitate flash/);
});

it('says which volumes wait on this machine, wherever the device is', () => {
  const keptVolumes = [
    { target: 'layout', volumes: ['data', 'env'], at: '2026-01-02T03:04:05.000Z', folder: '/f' },
  ];
  for (const where of ['normal', 'unreachable'] as const) {
    const said = statusLines({ host: 'box', where, keptVolumes }).at(-1);
    expect(said).toMatch(/volumes of layout .* 2026-01-02.*: data, env, in \/f.* only copy/);
  }
});
