import { errorCodes, aboutCode, type ErrorCode } from '../../error-codes.js';
import { LevitateError } from '../../errors.js';
import { exitMeanings } from '../../exit-status.js';
import { nearest } from '../../shared/nearest.js';
import type { CliCommand } from '../cli-command.js';
import { helpPages, pageText } from '../help/pages.js';
import { renderPage } from '../help/render.js';
import { out } from '../output.js';

/** Adds `levitate help`. */
export const addHelp = (program: CliCommand): CliCommand =>
  (program.command('help') as CliCommand)
    .summary('explain a command, an error code or a topic')
    .description(
      'Explains a command, the code of an error, or a topic. Topics are the pages of docs/, which come with the package; without TOPIC they are listed.',
    )
    .argument('[TOPIC]', 'a command, a code such as IMAGE_CORRUPT, or a topic such as exit-status')
    .example('levitate help profile', 'every key of a profile')
    .example('levitate help IMAGE_CORRUPT', 'what an error means, and what to do about it')
    .action((topic: string | undefined) => {
      if (topic === undefined) {
        program.outputHelp();
        out.text(`\nTopics of levitate help: ${[...helpPages().keys()].join(' ')}`);
      } else explain(program, topic);
    });

/** Everything that `levitate help` explains. */
export const helpTopics = (program: CliCommand): string[] => [
  ...program.commands.map((one) => one.name()),
  ...helpPages().keys(),
  ...Object.keys(errorCodes),
];

/**
 * Prints what there is to a topic.
 * @throws LevitateError USAGE for what is no topic
 */
function explain(program: CliCommand, topic: string): void {
  const command = program.commands.find((one) => one.name() === topic);
  if (command) return command.outputHelp();
  const code = topic.toUpperCase().replaceAll('-', '_');
  if (code in errorCodes) return out.text(codeText(code as ErrorCode));
  const pages = helpPages();
  const page = pages.get(topic);
  if (page) return out.text(renderPage(pageText(page), Math.min(out.columns, 100)));
  const near = nearest(topic, helpTopics(program));
  throw new LevitateError('USAGE', `there is no help topic '${topic}'`, {
    hint: `${near === undefined ? '' : `Did you mean ${near}? `}levitate help lists every topic.`,
  });
}

/** What there is to say about an error code. */
function codeText(code: ErrorCode): string {
  const about = aboutCode(code);
  return `${code}: ${about.meaning}
${'hint' in about ? about.hint : about.remedy}

Exit status ${about.exit}, unless the occurrence says otherwise: ${exitMeanings[about.exit]}.`;
}
