import { Help } from 'commander';
import { readFileSync } from 'node:fs';
import { plain, type CliCommand } from '../../src/cli/cli-command.js';
import { createProgram } from '../../src/cli/program.js';
import { exitMeanings } from '../../src/exit-status.js';

/** docs/man/levitate.1, in the macros of man(7). Its date is that of the version, so that each run writes the same page. */
export function manualPage(): string {
  const program = createProgram();
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const date = dateOf(version);
  return `.\\" npm run docs writes this page.
.TH LEVITATE 1 "${date}" "levitate ${version}" "User Commands"
.SH NAME
levitate \\- rewrite the flash of a running Linux device from a system in RAM
.SH SYNOPSIS
${program.commands.flatMap(synopsis).join('\n.br\n')}
.SH DESCRIPTION
${text(program.description())}
${program.details.slice(0, 1).map(paragraph).join('\n')}
.SH COMMANDS
${program.commands.map(section).join('\n')}
.SH "EXIT STATUS"
${Object.entries(exitMeanings)
  .map(([status, meaning]) => tagged(status, meaning))
  .join('\n')}
.SH ENVIRONMENT
${environment.map(([name, does]) => tagged(name, does)).join('\n')}
.SH FILES
${files.map(([name, does]) => tagged(name, does)).join('\n')}
.SH EXAMPLES
${program.commands
  .flatMap(({ examples }) => examples.slice(0, 1))
  .map(example)
  .join('\n.PP\n')}
.SH "SEE ALSO"
.BR ssh (1),
.BR ssh_config (5)
.PP
${text('`levitate help TOPIC` shows every page of the documents, `levitate help CODE` what an error means.')}
`;
}

/** The date of a version by its heading in the change log: `## VERSION (DATE)`. */
function dateOf(version: string): string {
  const heading = `\n## ${version} (`;
  const [, date = ''] = readFileSync('CHANGELOG.md', 'utf8').split(heading);
  if (date === '') throw new Error(`CHANGELOG.md has no heading "${heading.trim()}DATE)"`);
  return date.slice(0, date.indexOf(')'));
}

const environment = [
  ['TMPDIR', 'the folder for temporary files; /tmp without it'],
  [
    'XDG_STATE_HOME',
    'the folder whose levitate/sessions keeps the entries of devices; ~/.local/state without it',
  ],
  [
    'LEVITATE_CACHE',
    'the folder for downloaded packages; $XDG_CACHE_HOME/levitate or ~/.cache/levitate without it',
  ],
  [
    'LEVITATE_ROOTS',
    'the folder that alone has ready roots, as ARCH in it; npm packages @levitate/root-ARCH without it',
  ],
] as const;

const files = [
  ['~/.local/state/levitate/sessions', 'the key and the host keys of each device that was entered'],
  ['PROFILE.lock', 'the packages that --lock has pinned, beside the profile'],
  ['/usr/lib/levitate', 'on the device: what `levitate install` has put there'],
] as const;

const synopsis = (command: CliCommand): string[] =>
  command.forms.map((form) => `.B ${text(command.path)}\n${text(`[options] ${form}`)}`);

const section = (command: CliCommand): string =>
  [
    `.SS ${text(command.forms.map((form) => `${command.name()} ${form}`.trimEnd()).join(', or: '))}`,
    text(command.description()),
    ...command.registeredArguments.map((one) => tagged(one.name(), one.description)),
    ...command
      .createHelp()
      .visibleOptions(command)
      .map((option) => tagged(plain(option.flags), option.description)),
    ...command.details.map(paragraph),
  ].join('\n');

const tagged = (tag: string, does: string): string => `.TP\n.B ${text(tag)}\n${text(does)}`;

const paragraph = (words: string): string => `.PP\n${text(words)}`;

const example = ({ line, does }: CliCommand['examples'][number]): string =>
  `${text(sentence(does))}:\n.PP\n.RS 4\n.nf\n${text(line)}\n.fi\n.RE`;

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}`;

/** Text that roff(7) takes for nothing else: no escape, no request at the start of a line, minus signs that can be copied. */
const text = (words: string): string =>
  new Help()
    .boxWrap(words, 76)
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/`([^`]*)`/g, '\\fB$1\\fR')
    .replaceAll('~', '\\(ti')
    .replace(/^([.'])/gm, '\\&$1');
