import { plain, type CliCommand } from '../../src/cli/cli-command.js';
import { createProgram } from '../../src/cli/program.js';
import { table } from './markdown.js';

/** docs/reference/cli.md: every command with its arguments, options and examples. */
export function cliPage(): string {
  const program = createProgram();
  return `# Commands

${program.description()}

${table(
  ['command', 'what it does'],
  program.commands.map((command) => [
    `[\`levitate ${command.name()}\`](#levitate-${command.name()})`,
    command.summary(),
  ]),
)}

\`levitate COMMAND --help\` and \`levitate help COMMAND\` print what stands here; \`man levitate\` as well, where npm has installed the
package for all. \`levitate completion\` prints a script that lets your shell complete all of it.

${program.commands.map(section).join('\n\n')}`;
}

const section = (command: CliCommand): string =>
  [
    `## levitate ${command.name()}`,
    command.description(),
    code(command.forms.map((form) => `${command.path} ${form}`.trimEnd())),
    ...(command.registeredArguments.length === 0
      ? []
      : [
          table(
            ['argument', 'what it is'],
            command.registeredArguments.map((one) => [`\`${one.name()}\``, one.description]),
          ),
        ]),
    table(
      ['option', 'what it does'],
      command
        .createHelp()
        .visibleOptions(command)
        .map((option) => [`\`${plain(option.flags)}\``, option.description]),
    ),
    ...command.details,
    ...(command.examples.length === 0
      ? []
      : [code(command.examples.map(({ line, does }) => `${line}    # ${does}`))]),
  ].join('\n\n');

const code = (lines: string[]): string => ['```sh', ...lines, '```'].join('\n');
