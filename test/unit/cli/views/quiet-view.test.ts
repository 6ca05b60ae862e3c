import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createOutput } from '../../../../src/cli/output.js';
import { quietView } from '../../../../src/cli/views/quiet-view.js';
import { LevitateError } from '../../../../src/errors.js';

test('a quiet step says what went wrong or might, and nothing else', () => {
  const err = new PassThrough();
  const view = quietView(createOutput(err, 'err'));
  view.show({ type: 'phase', phase: 'build', state: 'start' });
  view.show({ type: 'note', level: 'info', message: 'by the way' });
  view.result('build', { output: 'x' }, ['x: 3 MiB']);
  expect(err.read()).toBeNull();
  view.result('status', {}, ['box: gone'], ['box does not answer']);
  expect((err.read() as Buffer).toString()).toBe('box does not answer\n');
  view.show({ type: 'note', level: 'warning', message: 'look here' });
  view.error(new LevitateError('USAGE', 'wrong', { hint: 'Do it so.' }));
  expect((err.read() as Buffer).toString()).toBe('warning: look here\nUSAGE: wrong\nDo it so.\n');
});
