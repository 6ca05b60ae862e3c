/** The schema of `--json` takes what the view prints, and nothing else. */
import { Ajv } from 'ajv';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { createOutput } from '../../../src/cli/output.js';
import { jsonView } from '../../../src/cli/views/json-view.js';
import { LevitateError } from '../../../src/errors.js';
import type { Progress } from '../../../src/progress.js';
import { eventsSchema } from '../../docs/events.js';

const valid = new Ajv({ strict: false }).compile(eventsSchema());

/** The lines that the view prints. */
function printed(show: (view: ReturnType<typeof jsonView>) => void): unknown[] {
  const stream = new PassThrough();
  const output = createOutput(stream, 'test');
  show(jsonView(output, createOutput(new PassThrough(), 'test')));
  const text = String(stream.read());
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

const events: Progress[] = [
  { type: 'phase', phase: 'wait', state: 'start' },
  { type: 'phase', phase: 'write', state: 'done', seconds: 1.5, subject: 'disk' },
  { type: 'ahead', phases: [{ phase: 'write', subject: 'disk', seconds: 1, bytes: 2 }] },
  { type: 'bytes', phase: 'write', done: 1, total: 2 },
  { type: 'waiting', phase: 'confirm', seconds: 37, limit: 300, last: 'refused' },
  { type: 'check', name: 'memory', verdict: 'refusal', found: 'too little', advice: 'Add some.' },
  { type: 'note', level: 'warning', message: 'x' },
  { type: 'debug', message: 'x' },
];

it('takes every event', () => {
  const lines = printed((view) => events.forEach((event) => view.show(event)));
  expect(lines).toHaveLength(events.length);
  for (const line of lines) expect(valid(line), JSON.stringify(valid.errors)).toBe(true);
});

it('takes a result and an error', () => {
  const result = { host: 'x', isNew: true, bootId: 'y', seconds: 3 };
  const data = { errors: [] };
  for (const line of printed((view) => {
    view.result('leave', result, []);
    view.error(new LevitateError('IMAGE_CORRUPT', 'x', { data }));
  }))
    expect(valid(line), JSON.stringify(valid.errors)).toBe(true);
});

it.each([
  { type: 'phase', phase: 'sleep', state: 'start' },
  { type: 'phase', phase: 'write', state: 'done' },
  { type: 'result', command: 'leave', host: 'x' },
  { type: 'result', command: 'fly' },
  { type: 'error', code: 'NO_SUCH_CODE', message: 'x', exit: 2 },
  { type: 'other' },
])('does not take %j', (line) => {
  expect(valid({ ...line, time: new Date().toISOString() })).toBe(false);
});
