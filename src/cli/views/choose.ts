import { jsonView } from './json-view.js';
import type { Shared, BuildStep } from '../options.js';
import { err, out } from '../output.js';
import { quietView } from './quiet-view.js';
import { peopleView } from './people-view.js';
import type { View } from './view.js';

/** What decides how a command is shown. */
export type Viewed = Pick<Shared & BuildStep, 'json' | 'quiet'> & {
  /** The device that the command is about. */
  host?: string;
};

/** Lines for people, on a terminal with one that is live; JSON lines where they are asked for; or the quiet view. */
export function chooseView({ json, quiet, host }: Viewed): View {
  if (quiet) return quietView(err);
  return json ? jsonView(out, err, host) : peopleView(out, err);
}
