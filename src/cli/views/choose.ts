import { jsonView } from './json-view.js';
import { given, type Shared } from '../options.js';
import { err, out } from '../output.js';
import { forPeople } from './for-people.js';
import { programOf } from './pasteable.js';
import { quietView, warningsOnly } from './quiet-view.js';
import { peopleView } from './people-view.js';
import type { View } from './view.js';

/** What decides how a command is shown. */
export type Viewed = Pick<Shared, 'json' | 'quiet' | 'sshConfig'> & {
  /** The device that the command is about. */
  host?: string;
};

/** Lines for people, on a terminal with one that is live; the quiet view; or JSON lines where they are asked for, of which quiet leaves the outcome. */
export function chooseView({ json, quiet, host, sshConfig }: Viewed): View {
  const call = { program: programOf(process.env), ...given({ host, sshConfig }) };
  const messages = forPeople(err, call);
  if (!json) return quiet ? quietView(messages) : peopleView(forPeople(out, call), messages);
  const view = jsonView(out, messages, host);
  return quiet ? warningsOnly(view) : view;
}
