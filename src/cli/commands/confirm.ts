import { checkArguments } from '../arguments.js';
import type { CliCommand } from '../cli-command.js';
import { connection, given, type Shared } from '../options.js';
import { run } from '../run.js';
import { slotLines } from '../views/slot-lines.js';
import { addRemoteCommand, expectBuildOption, hostArgument, profileArgument } from './common.js';

interface Options extends Shared {
  expectBuild?: string;
}

/** Adds `levitate confirm`. */
export const addConfirm = (program: CliCommand): CliCommand =>
  addRemoteCommand(program, 'confirm', 'keep the slot that a device runs on trial')
    .description(
      'Keeps the slot that runs on trial: the boot loader starts it from now on. `deploy` does so by itself; this is for a trial whose deploy was interrupted.',
    )
    .addArgument(hostArgument())
    .addArgument(profileArgument('<PROFILE>'))
    .option(...expectBuildOption)
    .example('levitate confirm root@192.168.1.1 board.yaml', 'keep the new slot')
    .action(async (host: string, profile: string, options: Options, command: CliCommand) => {
      checkArguments(command, { host, profile });
      const { confirmSlot } = await import('../../operations/slots/confirm-slot.js');
      const call = { ...connection(host, options), profile };
      const build = given({ expectBuild: options.expectBuild });
      await run(
        'confirm',
        { ...options, host },
        (progress) => confirmSlot({ ...call, ...build }, progress),
        (result) => [
          result.changed
            ? `Slot ${result.slot} of ${host} starts from now on${result.build === undefined ? '' : `, build ${result.build}`}.`
            : `Slot ${result.slot} of ${host} starts already, and no slot is on trial.`,
          ...slotLines(result, profile),
        ],
      );
    });
