import { jsonView } from './json-view.js';
import type { Shared, BuildStep } from '../options.js';
import { err, out } from '../output.js';
import { quietView } from './quiet-view.js';
import { terminalView } from './terminal-view.js';
import type { View } from './view.js';

/** JSON lines where they are asked for or nobody is watching, else a view for people; or the quiet one. */
export function chooseView({ json, quiet }: Pick<Shared & BuildStep, 'json' | 'quiet'>): View {
  if (quiet) return quietView(err);
  return json || !out.isTerminal ? jsonView(out, err) : terminalView(out, err);
}
