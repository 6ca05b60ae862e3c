import { Argument } from 'commander';
import { checkArguments } from '../arguments.js';
import type { CliCommand } from '../cli-command.js';
import { given, place, type Shared } from '../options.js';
import { run } from '../run.js';
import { commandLines } from '../views/command-lines.js';
import { summary } from '../views/summary.js';
import { addRemoteCommand, hostArgument } from './common.js';

interface Options extends Shared {
  root?: string;
}

/** Adds `levitate uninstall`. */
export const addUninstall = (program: CliCommand): CliCommand =>
  addRemoteCommand(program, 'uninstall', 'take away what install has put there')
    .description(
      'Takes away what `levitate install` has put onto a device or into a root file system, and on a device whatever is staged or armed.',
    )
    .form('HOST')
    .form('--root DIR')
    .addArgument(new Argument('[HOST]', hostArgument().description))
    .option('--root <DIR>', 'a root file system that is being built, in place of HOST')
    .example('levitate uninstall root@192.168.1.1', 'take away everything that install put there')
    .action(async (host: string | undefined, options: Options, command: CliCommand) => {
      checkArguments(command, { host });
      const where = place(host, options);
      await run(
        'uninstall',
        { ...options, ...given({ host }) },
        async (progress) => {
          const { uninstall } = await import('../../operations/install/uninstall.js');
          return uninstall({ place: where }, progress);
        },
        (result) => [
          ...summary.uninstall(result),
          ...(host === undefined
            ? []
            : commandLines(['See where it is', `levitate status ${host}`])),
        ],
      );
    });
