import { Command, Help } from 'commander';

/** A command line to copy, and what it does. */
export interface Example {
  line: string;
  does: string;
}

/**
 * A command of levitate. Its help, its section of the manual, its part of docs/reference/cli.md and the completions are all
 * made of what it holds. Arguments and values are named in capitals, as they stand in every text: HOST, PROFILE, FILE.
 */
export class CliCommand extends Command {
  declare readonly commands: readonly CliCommand[];
  declare parent: CliCommand | null;
  readonly examples: Example[] = [];
  /** Paragraphs that stand behind the options; a line that begins with two blanks stays as it is. */
  readonly details: string[] = [];
  readonly #forms: string[] = [];

  constructor(name?: string) {
    super(name);
    this.addHelpText('after', () => tail(this)).helpOption('-h, --help', 'print this help');
  }

  override createCommand(name?: string): CliCommand {
    return new CliCommand(name);
  }

  override createHelp(): Help {
    return Object.assign(new PlainHelp(), this.configureHelp());
  }

  /** Adds a way to write the arguments, where it does not follow from them. */
  form(text: string): this {
    this.#forms.push(text);
    return this;
  }

  /** Every way to write the arguments, behind the name of the command. */
  get forms(): readonly string[] {
    if (this.#forms.length > 0) return this.#forms;
    const required = this.options.filter(({ mandatory }) => mandatory);
    const words = [
      ...this.registeredArguments.map((one) => {
        const name = `${one.name()}${one.variadic ? '...' : ''}`;
        return one.required ? name : `[${name}]`;
      }),
      ...required.map(({ flags }) => plain(flags.replace(/^.*, /, ''))),
    ];
    return [words.join(' ')];
  }

  /** The name with those of the commands above it: `levitate deploy`. */
  get path(): string {
    return this.parent ? `${this.parent.path} ${this.name()}` : this.name();
  }

  /** Adds a command line that shows what the command is for. */
  example(line: string, does: string): this {
    this.examples.push({ line, does });
    return this;
  }

  /** Adds a paragraph to what the help tells behind the options. */
  detail(text: string): this {
    this.details.push(text);
    return this;
  }
}

/** `<FILE>` as people write it: FILE. Brackets stay around what may be left out. */
export const plain = (usage: string): string => usage.replace(/[<>]/g, '');

class PlainHelp extends Help {
  override commandUsage(command: CliCommand): string {
    const [first = '', ...others] = command.forms.map((form) =>
      `${command.path} ${command.parent ? `[options] ${form}` : 'COMMAND [options]'}`.trimEnd(),
    );
    return [first, ...others.map((form) => `       ${form}`)].join('\n');
  }

  override subcommandTerm(command: CliCommand): string {
    return `${command.name()} ${command.forms[0] ?? ''}`.trimEnd();
  }

  override optionTerm(...option: Parameters<Help['optionTerm']>): string {
    return plain(super.optionTerm(...option));
  }
}

const tail = (command: CliCommand): string => {
  const { examples, details } = command;
  const { getOutHelpWidth } = command.configureOutput();
  const width = getOutHelpWidth?.() ?? 80;
  const wrapped = details.map((text) =>
    text.startsWith('  ') ? text : new Help().boxWrap(text, width),
  );
  return [
    ...(examples.length > 0
      ? [['Examples:', ...examples.map(({ line, does }) => `  ${line}\n      ${does}`)].join('\n')]
      : []),
    ...wrapped,
  ]
    .map((paragraph) => `\n${paragraph}`)
    .join('\n');
};
