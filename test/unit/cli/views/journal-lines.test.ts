import { expect, it, test } from 'vitest';
import { journalLines } from '../../../../src/cli/views/journal-lines.js';
import type { StatusResult } from '../../../../src/operations/status.js';
import { callsOf, scriptsIn } from '../../protocol/shell.js';

const names = { 'ubi-volume-rootfs_ubi': 'rootfs' };
const shown = (event: string): string[] =>
  journalLines({
    host: 'box',
    where: 'maintenance',
    names,
    journal: [{ seconds: 7, event }],
  } satisfies StatusResult);

it.each([
  ['make levitate.new.two words', 'the volume levitate.new.two words is made'],
  ['resize two words to 90', 'the volume two words gets 90 eraseblocks'],
  ['remove levitate.old.rootfs', 'the volume levitate.old.rootfs is removed'],
  ['swapped ubi-volume-rootfs_ubi', 'rootfs: what was written beside it has taken its place'],
])('%s', (event, text) => {
  expect(shown(event)).toEqual([
    '  Done so far, at the second since the kernel of that time had started:',
    `       7 s  ${text}`,
  ]);
});

it('of nothing that is told there is no heading', () => {
  expect(shown(`sha256 ${'a'.repeat(64)}`)).toEqual([]);
});

test('every event that the flasher notes has words', () => {
  const noted = scriptsIn('initramfs').flatMap((script) =>
    callsOf('journal', script).map(({ words }) => words[0]?.split(' ')[0] ?? ''),
  );
  // What is noted of a target as its state is told by that state.
  const events = [...new Set(noted)].filter((event) => /^[a-z0-9-]+$/.test(event));
  expect(events).toEqual(expect.arrayContaining(['lease', 'open', 'written', 'leave']));
  for (const event of [...events, 'touched', 'verified']) {
    const plain = `       7 s  ${event} x 1`;
    expect(shown(`${event} x 1`), event).not.toContain(plain);
  }
});
