import { expect, test } from 'vitest';
import { probeLines } from '../../../../src/cli/views/probe-lines.js';
import type { ProbeResult } from '../../../../src/index.js';
import { oddDevice } from '../../operations/recorded/index.js';

const linesOf = (
  found: Pick<ProbeResult, 'brought'> & Partial<ProbeResult>,
  columns?: number,
): string[] => {
  const { installed: _, ...facts } = oddDevice.facts;
  const device = { host: 'h', facts: { ...facts, ...oddDevice.probed }, checks: [] };
  return probeLines({ ...device, ...found }, columns);
};

test('rows fit the terminal; a command that can be pasted is not broken', () => {
  const found = 'a sentence that is far longer than any terminal is wide '.repeat(3);
  const checks = [{ name: 'memory', verdict: 'ok' as const, found }];
  const lines = linesOf({ brought: [], profile: 'name: x', checks }, 60);
  for (const line of lines.slice(0, -1)) expect(line.length).toBeLessThanOrEqual(60);
  expect(lines.at(-1)).toBe('  levitate probe h --profile-out device.yaml');
});

test('each next command stands on a line of its own, so that it can be pasted', () => {
  const checks = [{ name: 'memory', verdict: 'ok' as const, found: 'x' }];
  expect(linesOf({ brought: [], profile: 'name: x', checks })).toContain(
    '  levitate deploy h IMAGE',
  );
  const written = linesOf({ brought: [], profileOut: 'my profile.yaml', checks });
  expect(written.at(-1)).toBe("  levitate enter h 'my profile.yaml' --dry-run");
});

test('the last line says the next command, or what stands in its way', () => {
  const row = { name: 'memory', found: '1 MiB' };
  const last = (verdict: 'ok' | 'refusal') =>
    linesOf({ brought: [], profile: 'name: x', checks: [{ ...row, verdict }] }).at(-1);
  expect(last('ok')).toBe('  levitate probe h --profile-out device.yaml');
  expect(last('refusal')).toMatch(/REFUSED/);
});

test('what a device lacks is brought, or a sysroot has to give it where Debian has nothing', () => {
  const brought = linesOf({ brought: ['dropbear', 'ubiformat'] });
  expect(brought).toContainEqual(expect.stringMatching(/^ *brought +dropbear ubiformat$/));
  const wanted = linesOf({ brought: [], wanted: ['dropbear'] });
  expect(wanted).toContainEqual(expect.stringMatching(/^ *from sysroot +dropbear$/));
  expect(wanted.join('\n')).not.toMatch(/brought/);
});
