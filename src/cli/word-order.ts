import type { CliCommand } from './cli-command.js';

/**
 * Puts options of a command that stand before its name behind it: `levitate --quiet doctor` means what `levitate doctor --quiet`
 * means. Words of any other order stay as they are. Pure.
 * @param words the command line behind the name of the program
 */
export function optionsBehindCommand(
  words: readonly string[],
  program: Pick<CliCommand, 'commands'>,
): string[] {
  const at = words.findIndex((word, index) => {
    const command = index > 0 && program.commands.find((one) => one.name() === word);
    return command && areOptions(words.slice(0, index), command);
  });
  const [before, [command = '', ...behind]] = [words.slice(0, at), words.slice(at)];
  return at < 0 ? [...words] : [command, ...before, ...behind];
}

/** Whether all of these are options of the command, with their values. */
function areOptions(words: readonly string[], command: CliCommand): boolean {
  for (let at = 0; at < words.length; at += 1) {
    const [name = '', ...value] = (words[at] ?? '').split('=');
    const option = command.options.find(({ short, long }) => name === short || name === long);
    if (!option) return false;
    if (option.required && value.length === 0) at += 1;
    if (at >= words.length) return false;
  }
  return true;
}
