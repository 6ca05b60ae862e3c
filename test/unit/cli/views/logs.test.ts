/** What a log gets: lines for people, or with --json one object a line; neither has a line for each piece of an image. */
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createOutput } from '../../../../src/cli/output.js';
import { forPeople } from '../../../../src/cli/views/for-people.js';
import { jsonView } from '../../../../src/cli/views/json-view.js';
import { peopleView } from '../../../../src/cli/views/people-view.js';
import { LevitateError } from '../../../../src/errors.js';
import type { PhaseAhead } from '../../../../src/progress.js';
import { screenOf } from '../../../terminal.js';
import type { View } from '../../../../src/cli/views/view.js';

beforeEach(
  () => void vi.useFakeTimers({ toFake: ['Date', 'performance', 'setInterval', 'clearInterval'] }),
);
afterEach(() => void vi.useRealTimers());

/** A write of 100 bytes in 25 seconds, a byte at a time. */
function write(view: View): void {
  view.show({ type: 'phase', phase: 'write', state: 'start', subject: 'disk' });
  for (let done = 1; done <= 100; done += 1) {
    vi.advanceTimersByTime(250);
    view.show({ type: 'bytes', phase: 'write', subject: 'disk', done, total: 100 });
  }
  view.show({ type: 'phase', phase: 'write', state: 'done', subject: 'disk', seconds: 25 });
}

function printed(make: (out: ReturnType<typeof createOutput>) => View): string[] {
  const stream = new PassThrough();
  write(make(createOutput(stream, 'test')));
  return ((stream.read() as Buffer | null) ?? '').toString().trimEnd().split('\n');
}

it('for people tells now and then how far a long phase has come, and shows signs of life meanwhile', () => {
  expect(printed((out) => peopleView(out, out))).toEqual([
    '  write       disk ...... [#######.............] 39 bytes of 100 bytes  4 bytes/s  15.7 s left',
    '  write       disk ...... [###############.....] 79 bytes of 100 bytes  4 bytes/s  5.3 s left',
    '  write       disk ...               25.0 s',
  ]);
});

it.each([
  ['a log', {}, {}],
  ['a terminal that can redraw nothing', { isTTY: true, columns: 40 }, { term: 'dumb' }],
  ['a terminal', { isTTY: true, columns: 40 }, {}],
])('%s is never silent for two seconds', (_what, tty, terminal) => {
  const stream = Object.assign(new PassThrough(), tty);
  const out = createOutput(stream, 'test', undefined, terminal);
  let at = performance.now();
  let longest = 0;
  stream.on('data', () => {
    longest = Math.max(longest, performance.now() - at);
    at = performance.now();
  });
  const view = peopleView(out, out);
  const steps = [
    () => view.show({ type: 'phase', phase: 'facts', state: 'start' }),
    () => view.show({ type: 'phase', phase: 'facts', state: 'done', seconds: 30.2 }),
    () => view.show({ type: 'phase', phase: 'confirm', state: 'start' }),
    () => view.show({ type: 'waiting', phase: 'confirm', seconds: 30, limit: 300, last: 'no' }),
    () => view.show({ type: 'note', level: 'info', message: 'x' }),
    () => view.result('deploy', {}, ['Done.']),
  ];
  for (const step of steps) {
    vi.advanceTimersByTime(30_250);
    step();
  }
  expect(at).toBe(performance.now());
  expect(longest).toBeLessThan(2000);
});

it('in JSON tells it once a second, and that all of it is done; each line names time and host', () => {
  const lines = printed((out) => jsonView(out, out, 'pi@box')).map(
    (line) => JSON.parse(line) as Record<string, unknown>,
  );
  const done = lines.flatMap((line) => (line['type'] === 'bytes' ? [line['done']] : []));
  expect(done).toEqual([...Array.from({ length: 25 }, (_, second) => 1 + 4 * second), 100]);
  for (const line of lines)
    expect(line).toMatchObject({
      host: 'pi@box',
      time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    });
});

it('on a terminal a phase ticks by itself, and says what it waits for and for how long', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 200 });
  const out = createOutput(stream, 'test');
  const view = peopleView(out, out);
  const shown = () =>
    ((stream.read() as Buffer | null) ?? '').toString().split('\r\x1b[K').filter(Boolean);
  view.show({ type: 'phase', phase: 'confirm', state: 'start' });
  vi.advanceTimersByTime(2000);
  expect(shown()).toEqual(['  confirm      …', '  confirm      … 0:01', '  confirm      … 0:02']);
  const last = 'connection refused';
  view.show({ type: 'waiting', phase: 'confirm', seconds: 2, limit: 300, last });
  vi.advanceTimersByTime(35_000);
  expect(shown().at(-1)).toBe('  confirm     0:37 of 5:00  last: connection refused');
  view.show({ type: 'phase', phase: 'confirm', state: 'done', seconds: 37 });
  expect(shown()).toEqual([expect.stringMatching(/^ {2}confirm +37\.0 s\n$/)]);
});

it('on a terminal the time between two phases ticks as well, but never over what a person types', async () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 200 });
  const out = createOutput(stream, 'test');
  const view = peopleView(out, out);
  const shown = () => ((stream.read() as Buffer | null) ?? '').toString();
  vi.advanceTimersByTime(1000);
  expect(shown()).toBe('  working      … 0:01');
  await out.without(async () => {
    out.prompt('Type: ');
    vi.advanceTimersByTime(3000);
    expect(shown()).toBe('\r\x1b[KType: ');
  });
  vi.advanceTimersByTime(1000);
  expect(shown()).toBe('  working      … 0:05');
  view.result('probe', {}, ['done']);
  vi.advanceTimersByTime(3000);
  expect(shown()).toBe('\r\x1b[Kdone\n');
});

it('a log is told of a long wait now and then', () => {
  const stream = new PassThrough();
  const out = createOutput(stream, 'test');
  const view = peopleView(out, out);
  view.show({ type: 'phase', phase: 'wait', state: 'start' });
  for (let seconds = 1; seconds <= 25; seconds += 1) {
    vi.advanceTimersByTime(1000);
    view.show({ type: 'waiting', phase: 'wait', seconds, limit: 480 });
  }
  const lines = ((stream.read() as Buffer | null) ?? '').toString();
  expect(lines).toBe(
    '  wait        ...... 0:10 of 8:00\n  wait        ...... 0:20 of 8:00\n  wait        ...',
  );
});

it('a log is told of a long phase that says nothing itself', () => {
  const stream = new PassThrough();
  const out = createOutput(stream, 'test');
  const view = peopleView(out, out);
  view.show({ type: 'phase', phase: 'configure', state: 'start' });
  vi.advanceTimersByTime(25_000);
  view.show({ type: 'phase', phase: 'configure', state: 'done', seconds: 25 });
  vi.advanceTimersByTime(25_000);
  expect(((stream.read() as Buffer | null) ?? '').toString().split('\n')).toEqual([
    '  configure   ...... 0:10',
    '  configure   ...... 0:20',
    '  configure   ...                    25.0 s',
    '  working     ...... 0:10',
    '  working     ...... 0:20',
    '  working     ...',
  ]);
});

it('a log has a line for each phase, and what comes meanwhile on lines of its own', () => {
  const stream = new PassThrough();
  const out = createOutput(stream, 'test');
  const view = peopleView(out, out);
  vi.advanceTimersByTime(2000);
  view.show({ type: 'phase', phase: 'stage', state: 'start' });
  view.show({ type: 'phase', phase: 'stage', state: 'done', seconds: 0.1 });
  view.show({ type: 'phase', phase: 'facts', state: 'start' });
  vi.advanceTimersByTime(2000);
  view.show({ type: 'note', level: 'info', message: 'told' });
  vi.advanceTimersByTime(2000);
  view.error(new LevitateError('INTERRUPTED', 'x', { hint: 'y' }));
  expect(((stream.read() as Buffer | null) ?? '').toString().split('\n')).toEqual([
    '  working     .',
    '  stage                              0.1 s',
    '  facts       .',
    '  told',
    '  facts       .',
    'INTERRUPTED: x',
    'y',
    '',
  ]);
});

it('a terminal that can redraw nothing is told nothing while a person types', async () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const out = createOutput(stream, 'test', undefined, { term: 'dumb' });
  const view = peopleView(out, out);
  view.show({ type: 'phase', phase: 'facts', state: 'start' });
  vi.advanceTimersByTime(2000);
  await out.without(async () => {
    out.prompt('Type: ');
    vi.advanceTimersByTime(60_000);
  });
  expect(((stream.read() as Buffer | null) ?? '').toString()).toBe('  facts       .\nType: ');
  view.result('probe', {}, []);
});

it('a terminal that can redraw nothing is told as a log is', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const out = createOutput(stream, 'test', undefined, { term: 'dumb' });
  write(peopleView(out, out));
  const lines = ((stream.read() as Buffer | null) ?? '').toString();
  expect(lines).not.toContain('\x1b');
  const ended = lines.trimEnd().split('\n');
  expect(ended).toHaveLength(3);
  for (const line of ended) expect(line.length).toBeLessThanOrEqual(80);
});

it('on a narrow terminal the bar goes before the time that is left', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 60 });
  const out = createOutput(stream, 'test');
  write(peopleView(out, out));
  const shown = ((stream.read() as Buffer | null) ?? '').toString().split('\r\x1b[K');
  const drawn = shown.filter((line) => line.includes(' of 100 bytes'));
  expect(drawn.length).toBeGreaterThan(10);
  for (const line of drawn) expect(line).toMatch(/^.{0,48} (?:s|\?) left$/);
});

it('on a narrow terminal the rate goes before the time that is left, and long ones are told shorter', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 58 });
  const out = createOutput(stream, 'test');
  const view = peopleView(out, out);
  const shown = () => screenOf(((stream.read() as Buffer | null) ?? '').toString());
  const mebibyte = 2 ** 20;
  const bytes = { type: 'bytes', phase: 'write' } as const;
  view.show({ ...bytes, done: 0, total: 900 * mebibyte });
  vi.advanceTimersByTime(10_500);
  view.show({ ...bytes, done: 350 * mebibyte, total: 900 * mebibyte });
  expect(shown()).toBe('  write       350 of 900 MiB  33.3 MiB/s  16.5 s left');
  stream.columns = 48;
  vi.advanceTimersByTime(10_000);
  view.show({ ...bytes, done: 410 * mebibyte, total: 900 * mebibyte });
  expect(shown()).toContain('  write       410 of 900 MiB  24.5 s left');
  view.result('flash', {}, []);
});

it.each([
  ['a log', {}, ['  write       disk ...... 12 bytes, finishing … 0:10']],
  ['a terminal', { isTTY: true, columns: 60 }, ['  write       12 bytes, finishing … 0:10']],
])('%s does not tell that nothing is left while a device finishes its work', (_what, tty, told) => {
  const stream = Object.assign(new PassThrough(), tty);
  const out = createOutput(stream, 'test');
  const view = peopleView(out, out);
  view.show({ type: 'phase', phase: 'write', state: 'start', subject: 'disk' });
  vi.advanceTimersByTime(500);
  view.show({ type: 'bytes', phase: 'write', subject: 'disk', done: 12, total: 12 });
  vi.advanceTimersByTime(10_000);
  const shown = screenOf(((stream.read() as Buffer | null) ?? '').toString());
  expect(shown.trimEnd().split('\n')).toEqual(told);
  view.result('flash', {}, []);
});

it('on a terminal bytes that are slow to come stay in sight, and what is left grows', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const out = createOutput(stream, 'test');
  const view = peopleView(out, out);
  const shown = () => screenOf(((stream.read() as Buffer | null) ?? '').toString());
  const bytes = { type: 'bytes', phase: 'write', subject: 'disk', total: 120 } as const;
  view.show({ type: 'phase', phase: 'write', state: 'start', subject: 'disk' });
  view.show({ ...bytes, done: 0 });
  vi.advanceTimersByTime(10_000);
  view.show({ ...bytes, done: 60 });
  vi.advanceTimersByTime(2000);
  expect(shown()).toContain(' 60 bytes of 120 bytes  5 bytes/s  12.0 s left');
  vi.advanceTimersByTime(3000);
  expect(shown()).toContain(' 60 bytes of 120 bytes  4 bytes/s  15.0 s left');
  view.result('flash', {}, []);
});

it('on a terminal bytes that were all done with before tell of no rate', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const out = createOutput(stream, 'test');
  const view = peopleView(out, out);
  const bytes = { type: 'bytes', phase: 'verify', subject: 'disk', total: 120 } as const;
  view.show({ type: 'phase', phase: 'verify', state: 'start', subject: 'disk' });
  for (let at = 0; at < 3; at += 1) {
    vi.advanceTimersByTime(700);
    view.show({ ...bytes, done: 120 });
  }
  const drawn = ((stream.read() as Buffer | null) ?? '').toString();
  expect(drawn).not.toContain('? left');
  expect(screenOf(drawn)).toBe('  verify      120 bytes, finishing … 0:02');
  view.result('flash', {}, []);
});

it('tells which package of a build comes', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 60 });
  const out = createOutput(stream, 'test');
  const view = peopleView(out, out);
  const bytes = { type: 'bytes', phase: 'build', done: 5, total: 2 ** 24 } as const;
  vi.advanceTimersByTime(500);
  view.show({ ...bytes, package: 12, packages: 31 });
  expect((stream.read() as Buffer).toString()).toBe(
    '  build       package 12 of 31  5 bytes of 16 MiB  ? left',
  );
  vi.advanceTimersByTime(500);
  view.show({ ...bytes, done: 10.03 * 2 ** 20, package: 13, packages: 31 });
  expect(screenOf((stream.read() as Buffer).toString())).toBe(
    '  build       package 13 of 31  10 of 16 MiB  0.3 s left',
  );
  stream.columns = 50;
  vi.advanceTimersByTime(500);
  view.show({ ...bytes, done: 10.03 * 2 ** 20, package: 13, packages: 31 });
  expect(screenOf((stream.read() as Buffer).toString())).toBe(
    '  build       package 13 of 31  0.6 s left',
  );
  view.result('build', {}, []);
});

it('what a live line leaves free has room for the ^C that a terminal echoes behind it', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 60 });
  createOutput(stream, 'test').live('x'.repeat(100));
  expect((stream.read() as Buffer).toString()).toBe('x'.repeat(57));
});

const phases: PhaseAhead[] = [
  { phase: 'stage', seconds: 5 },
  { phase: 'write', subject: 'disk', seconds: 300, bytes: 300 },
  { phase: 'write', subject: 'data', seconds: 100, bytes: 100 },
  { phase: 'confirm', seconds: 60 },
];

it('a log is told what is to come, once, and how long all of it takes', () => {
  const stream = new PassThrough();
  const out = createOutput(stream, 'test');
  const view = peopleView(out, out);
  view.show({ type: 'ahead', phases });
  view.show({ type: 'phase', phase: 'stage', state: 'start' });
  view.show({ type: 'phase', phase: 'stage', state: 'done', seconds: 1 });
  expect(((stream.read() as Buffer | null) ?? '').toString()).toBe(
    '  to come     about 8 min left in all: stage, write disk, write data, confirm\n' +
      '  stage                              1.0 s\n',
  );
});

it('a terminal shows what is to come below what runs, and the time left of all by what was measured', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const out = createOutput(stream, 'test');
  const view = peopleView(out, out);
  const shown = () => screenOf(((stream.read() as Buffer | null) ?? '').toString()).split('\n');
  view.show({ type: 'ahead', phases });
  // What turns out to be unnecessary is not waited for.
  view.show({ type: 'phase', phase: 'write', state: 'start', subject: 'disk' });
  vi.advanceTimersByTime(1000);
  expect(shown()).toEqual([
    '  write       disk … 0:01',
    '  to come     about 8 min left in all: write data, confirm',
  ]);
  // 80 bytes in 50 s: 88 s for the rest of the disk, 63 s for the data, 60 s to confirm.
  vi.advanceTimersByTime(9000);
  view.show({ type: 'bytes', phase: 'write', subject: 'disk', done: 80, total: 300 });
  vi.advanceTimersByTime(40_500);
  view.show({ type: 'bytes', phase: 'write', subject: 'disk', done: 160, total: 300 });
  expect(shown().at(-1)).toBe('  to come     about 4 min left in all: write data, confirm');
  view.show({ type: 'phase', phase: 'write', state: 'done', subject: 'disk', seconds: 50 });
  view.show({ type: 'phase', phase: 'confirm', state: 'start' });
  vi.advanceTimersByTime(2000);
  expect(shown()).toEqual(['  write       disk                   50.0 s', '  confirm      … 0:01']);
});

it('what is to come is cut to the width, and nothing of it is left when the terminal becomes narrower', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 60 });
  const out = createOutput(stream, 'test');
  const view = peopleView(out, out);
  const shown = () => ((stream.read() as Buffer | null) ?? '').toString();
  view.show({ type: 'ahead', phases });
  view.show({ type: 'phase', phase: 'stage', state: 'start' });
  expect(shown()).toBe('  stage        …\n  to come     about 8 min left in all: write disk, …');
  // The second line takes two rows now, of three.
  stream.columns = 40;
  vi.advanceTimersByTime(1000);
  expect(shown()).toBe(
    '\r\x1b[K\x1b[A\x1b[K\x1b[A\x1b[K  stage        … 0:01\n  to come     about 8 min left in …',
  );
  view.error(new LevitateError('INTERRUPTED', 'x', { hint: 'y' }));
  expect(shown()).toBe('\r\x1b[K\x1b[A\x1b[K' + 'INTERRUPTED: x\ny\n');
});

it('a terminal that has become narrower a moment ago is asked for its width', () => {
  const stream = Object.assign(new PassThrough(), {
    isTTY: true,
    columns: 60,
    _refreshSize: () => void (stream.columns = 30),
  });
  const out = createOutput(stream, 'test');
  out.live('x'.repeat(60));
  expect((stream.read() as Buffer).toString()).toBe('x'.repeat(27));
});

it('a note fits into the terminal, and what can be pasted is not broken into lines', () => {
  const told = (
    columns: number | undefined,
    message: string,
    level: 'info' | 'warning' = 'info',
  ) => {
    const stream = Object.assign(
      new PassThrough(),
      columns === undefined ? {} : { isTTY: true, columns },
    );
    const out = createOutput(stream, 'test');
    const shown = forPeople(out, { program: 'levitate' });
    peopleView(shown, shown).show({ type: 'note', level, message });
    return ((stream.read() as Buffer | null) ?? '').toString().trimEnd().split('\n');
  };
  const alone =
    'Without contact, box goes back to its old system by itself, 3 min after it is in maintenance.';
  expect(told(60, alone)).toEqual([
    '  Without contact, box goes back to its old system by',
    '  itself, 3 min after it is in maintenance.',
  ]);
  expect(told(undefined, alone)).toEqual([`  ${alone}`]);
  expect(
    told(40, 'It is new. Forget the old one: ssh-keygen -R box.example.com', 'warning'),
  ).toEqual([
    '  warning: It is new. Forget the old',
    '           one:',
    '           ssh-keygen -R box.example.com',
  ]);
  expect(told(30, 'See `levitate leave box --force` now')).toEqual([
    '  See',
    '  `levitate leave box --force`',
    '  now',
  ]);
  expect(told(40, 'the device says:\nlevitate')).toEqual(['  the device says:', '    levitate']);
});

it('a terminal that can redraw nothing is told all that is to come, within its width, in ASCII as well', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 40 });
  const out = createOutput(stream, 'test', undefined, { term: 'dumb', ascii: true });
  peopleView(out, out).show({ type: 'ahead', phases });
  const lines = ((stream.read() as Buffer | null) ?? '').toString().trimEnd().split('\n');
  expect(lines.join(' ').replace(/ +/g, ' ')).toBe(
    ' to come about 8 min left in all: stage, write disk, write data, confirm',
  );
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
});
