import { Argument } from 'commander';
import type { CliCommand } from '../cli-command.js';
import { completedCommands } from '../completion/model.js';
import { out } from '../output.js';
import { helpTopics } from './help.js';

const shells = ['bash', 'zsh', 'fish'] as const;

/** Adds `levitate completion`. */
export const addCompletion = (program: CliCommand): CliCommand =>
  (program.command('completion') as CliCommand)
    .summary('print the completion for a shell')
    .description('Prints a script that lets a shell complete the commands of levitate.')
    .addArgument(new Argument('<SHELL>', 'bash, zsh or fish').choices(shells))
    .example('source <(levitate completion bash)', 'in ~/.bashrc')
    .example('source <(levitate completion zsh)', 'in ~/.zshrc, behind compinit')
    .example('levitate completion fish | source', 'in ~/.config/fish/config.fish')
    .action(async (shell: (typeof shells)[number]) => {
      out.text(await completionFor(program, shell));
    });

/** The script that lets a shell complete the commands of a program. */
export async function completionFor(
  program: CliCommand,
  shell: (typeof shells)[number],
): Promise<string> {
  const commands = completedCommands(program, { TOPIC: helpTopics(program) });
  switch (shell) {
    case 'bash':
      return (await import('../completion/bash.js')).bashCompletion(commands);
    case 'zsh':
      return (await import('../completion/zsh.js')).zshCompletion(commands);
    case 'fish':
      return (await import('../completion/fish.js')).fishCompletion(commands);
  }
}
