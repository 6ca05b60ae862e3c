import type { Progress } from '../../progress.js';
import type { Output } from '../output.js';
import { errorText, type View } from './view.js';

/** For build steps: warnings and errors, and otherwise nothing. */
export const quietView = (err: Output): View => ({
  begin: () => undefined,
  show: (event) => {
    if (isWarning(event)) err.text(event.message, 'warning: ');
  },
  result: (_command, _value, _lines, failure = []) => failure.forEach((text) => err.text(text)),
  error: (error) => err.text(errorText(error)),
});

/** The same view for programs that want the outcome alone: of what happens on the way, it shows warnings. */
export const warningsOnly = (view: View): View => ({
  ...view,
  show: (event) => {
    if (isWarning(event)) view.show(event);
  },
});

const isWarning = (event: Progress): event is Extract<Progress, { type: 'note' }> =>
  event.type === 'note' && event.level === 'warning';
