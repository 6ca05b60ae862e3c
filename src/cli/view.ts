import type { LevitateError } from '../errors.js';
import type { Progress } from '../progress.js';
import { jsonView } from './json-view.js';
import { err, out } from './output.js';
import { quietView } from './quiet-view.js';
import { terminalView } from './terminal-view.js';

/** How an operation is shown while it runs and when it ends. */
export interface View {
  show(event: Progress): void;
  /** @param lines the result for people */
  result(command: string, value: object, lines: string[]): void;
  error(error: LevitateError): void;
}

/** JSON lines where they are asked for or nobody is watching, else a view for people; or the quiet one. */
export function chooseView(json: boolean | 'quiet'): View {
  if (json === 'quiet') return quietView(err);
  return json || !out.isTerminal ? jsonView(out, err) : terminalView(out, err);
}

/** An error for people: its code and message, and below it the hint. */
export const errorText = ({ code, message, hint }: LevitateError): string =>
  `${code}: ${message}${hint === undefined ? '' : `\n${hint}`}`;
