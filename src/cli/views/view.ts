import type { LevitateError } from '../../errors.js';
import type { Progress } from '../../progress.js';

/** How an operation is shown while it runs and when it ends. */
export interface View {
  /** Gives a sign of life to whoever looks on: the operation is yet to be loaded, which takes long on a machine that is starved. */
  begin(): void;
  show(event: Progress): void;
  /**
   * @param lines the result for people
   * @param failure why the command ends with another status than 0 all the same, for people
   */
  result(command: string, value: object, lines: string[], failure?: string[]): void;
  error(error: LevitateError): void;
}

/** An error for people: its code and message, and below it the hint. */
export const errorText = ({ code, message, hint }: LevitateError): string =>
  `${code}: ${message}${hint === undefined ? '' : `\n${hint}`}`;
