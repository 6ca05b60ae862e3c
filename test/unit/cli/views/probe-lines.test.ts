import { expect, test } from 'vitest';
import { probeLines } from '../../../../src/cli/views/probe-lines.js';
import type { ProbeResult } from '../../../../src/index.js';
import { oddDevice } from '../../operations/recorded/index.js';

const linesOf = (lacking: Pick<ProbeResult, 'brought' | 'wanted'>): string[] => {
  const { installed: _, ...facts } = oddDevice.facts;
  return probeLines({
    host: 'h',
    facts: { ...facts, ...oddDevice.probed },
    checks: [],
    ...lacking,
  });
};

test('what a device lacks is brought, or a sysroot has to give it where Debian has nothing', () => {
  const brought = linesOf({ brought: ['dropbear', 'ubiformat'] });
  expect(brought).toContainEqual(expect.stringMatching(/^ *brought +dropbear ubiformat$/));
  const wanted = linesOf({ brought: [], wanted: ['dropbear'] });
  expect(wanted).toContainEqual(expect.stringMatching(/^ *from sysroot +dropbear$/));
  expect(wanted.join('\n')).not.toMatch(/brought/);
});
