import type { Option } from 'commander';
import { plain, type CliCommand } from '../cli-command.js';

/** The first word of the command line by which the scripts of the shells ask this program what stands in files. */
export const completeWord = '__complete';

/** What a shell completes in a place: a name that the help uses for it, or one of a list. */
export type Value = { choices: readonly string[] } | { name: string };

/** An option that a shell completes. */
export interface CompletedOption {
  /** `-o`, `--output`. */
  flags: string[];
  does: string;
  /** What it takes; a switch takes nothing. */
  value: Value | undefined;
}

/** A command that a shell completes. */
export interface CompletedCommand {
  name: string;
  does: string;
  options: CompletedOption[];
  /** The last one may be repeated. */
  places: { value: Value; does: string; repeated: boolean }[];
}

/**
 * What of the command line a shell can complete.
 * @param lists what may stand in some places, by their names
 */
export const completedCommands = (
  program: CliCommand,
  lists: Record<string, readonly string[]> = {},
): CompletedCommand[] =>
  program.commands.map((command) => ({
    name: command.name(),
    does: command.summary(),
    options: command.createHelp().visibleOptions(command).map(completedOption),
    places: command.registeredArguments.map((one) => ({
      value: valueOf({ argChoices: lists[one.name()] ?? one.argChoices }, one.name()),
      does: one.description,
      repeated: one.variadic,
    })),
  }));

function completedOption(option: Option): CompletedOption {
  const [, value] = /<(.*)>/.exec(option.flags) ?? [];
  return {
    flags: [option.short, option.long].filter((flag) => flag !== undefined),
    does: option.description,
    value: value === undefined ? undefined : valueOf(option, plain(value)),
  };
}

const valueOf = (
  { argChoices }: { argChoices?: readonly string[] | undefined },
  name: string,
): Value => (argChoices ? { choices: argChoices } : { name });
