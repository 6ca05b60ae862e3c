/** What a log gets: lines for people, or with --json one object a line; neither has a line for each piece of an image. */
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createOutput } from '../../../../src/cli/output.js';
import { jsonView } from '../../../../src/cli/views/json-view.js';
import { peopleView } from '../../../../src/cli/views/people-view.js';
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

it('for people tells now and then how far a long phase has come', () => {
  expect(printed((out) => peopleView(out, out))).toEqual([
    '  write       [########............] 40 bytes of 100 bytes  4 bytes/s  15.4 s left',
    '  write       [################....] 80 bytes of 100 bytes  4 bytes/s  5.1 s left',
    '  write       disk                   25.0 s',
  ]);
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
  expect(lines).toBe('  wait        0:10 of 8:00\n  wait        0:20 of 8:00\n');
});

it('a terminal that can redraw nothing is told as a log is', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const out = createOutput(stream, 'test', undefined, { term: 'dumb' });
  write(peopleView(out, out));
  const lines = ((stream.read() as Buffer | null) ?? '').toString();
  expect(lines).not.toContain('\x1b');
  expect(lines.trimEnd().split('\n')).toHaveLength(3);
});

it('on a narrow terminal the bar goes before the time that is left', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 60 });
  const out = createOutput(stream, 'test');
  write(peopleView(out, out));
  const shown = ((stream.read() as Buffer | null) ?? '').toString().split('\r\x1b[K');
  const drawn = shown.filter((line) => line.includes(' of 100 bytes'));
  expect(drawn.length).toBeGreaterThan(10);
  for (const line of drawn) expect(line).toMatch(/^.{0,59} left$/);
});
