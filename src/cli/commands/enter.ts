import { again } from '../again.js';
import { checkArguments } from '../arguments.js';
import type { CliCommand } from '../cli-command.js';
import { connection, given, lockedOf, type Locked, type Shared } from '../options.js';
import { run } from '../run.js';
import { summary } from '../views/summary.js';
import {
  addRemoteCommand,
  hostArgument,
  kernelOption,
  lockedOption,
  profileArgument,
} from './common.js';

interface Options extends Shared, Locked {
  dryRun?: boolean;
  kernel?: string;
}

/** Adds `levitate enter`. */
export const addEnter = (program: CliCommand): CliCommand =>
  addRemoteCommand(program, 'enter', 'take a device into maintenance')
    .description(
      'Takes a device into maintenance: its own system ends in order, and a system in RAM takes its place. The flash is not written to. Without PROFILE, the archive that `levitate install` left on the device is used.',
    )
    .addArgument(hostArgument())
    .addArgument(profileArgument('[PROFILE]'))
    .option('--dry-run', 'show the preflight and change nothing')
    .option(...lockedOption)
    .option(...kernelOption)
    .example('levitate enter root@192.168.1.1 ap.yaml --dry-run', 'see what entering would do')
    .example('levitate enter root@192.168.1.1 ap.yaml', 'enter; `levitate leave` goes back')
    .action(
      async (host: string, profile: string | undefined, options: Options, command: CliCommand) => {
        checkArguments(command, { host, profile });
        const words = [host, ...(profile === undefined ? [] : [profile])];
        const call = {
          ...connection(host, options),
          ...given({ profile, dryRun: options.dryRun, kernel: options.kernel }),
          ...lockedOf(profile, options),
        };
        await run(
          'enter',
          { ...options, host },
          async (progress) => {
            const { enter } = await import('../../operations/enter/enter.js');
            return enter(call, progress);
          },
          (result) => summary.enter(result, again('enter', words, options)),
        );
      },
    );
