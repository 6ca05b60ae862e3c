import { errorCodes, type ErrorAbout } from '../../src/error-codes.js';
import { exitMeanings, type ExitStatus } from '../../src/exit-status.js';
import { table } from './markdown.js';

const entries: [string, ErrorAbout][] = Object.entries(errorCodes);

/** docs/reference/errors.md: every code, by its exit status. */
export function errorsPage(): string {
  const statuses = [...new Set(entries.map(([, { exit }]) => exit))].sort((a, b) => a - b);
  return `# Errors

Every error has a code, a message, and a hint that says what to do; \`levitate help CODE\` prints what stands here. The \`exit\`
of the JSON line is what counts: an occurrence that knows better than its code where the device was left says so there.

${statuses.map(section).join('\n\n')}`;
}

const section = (status: ExitStatus): string => `## Status ${status}: ${exitMeanings[status]}

${table(
  ['code', 'what has happened', 'what to do'],
  entries
    .filter(([, { exit }]) => exit === status)
    .map(([code, about]) => [
      `\`${code}\``,
      about.meaning,
      'hint' in about ? about.hint : about.remedy,
    ]),
)}`;
