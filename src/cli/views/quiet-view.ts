import type { Output } from '../output.js';
import { errorText, type View } from './view.js';

/** For build steps: warnings and errors, and otherwise nothing. */
export const quietView = (err: Output): View => ({
  show: (event) => {
    if (event.type === 'note' && event.level === 'warning') err.text(event.message, 'warning: ');
  },
  result: (_command, _value, _lines, failure = []) => failure.forEach((text) => err.text(text)),
  error: (error) => err.text(errorText(error)),
});
