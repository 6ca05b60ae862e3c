import { checkArguments } from '../arguments.js';
import type { CliCommand } from '../cli-command.js';
import { connection, type Shared } from '../options.js';
import { run } from '../run.js';
import { slotLines } from '../views/slot-lines.js';
import { addRemoteCommand, hostArgument, profileArgument } from './common.js';

/** Adds `levitate rollback`. */
export const addRollback = (program: CliCommand): CliCommand =>
  addRemoteCommand(program, 'rollback', 'take a trial back, or go back to the slot before')
    .description(
      'Takes a trial back, or makes the slot start that ran before, where that was confirmed once and not written since; then reboots the device into it, unless it runs it. A slot that was never confirmed is refused.',
    )
    .addArgument(hostArgument())
    .addArgument(profileArgument('<PROFILE>'))
    .example('levitate rollback root@192.168.1.1 board.yaml', 'back to the slot before')
    .action(async (host: string, profile: string, options: Shared, command: CliCommand) => {
      checkArguments(command, { host, profile });
      const { rollBack } = await import('../../operations/slots/roll-back.js');
      await run(
        'rollback',
        { ...options, host },
        (progress) => rollBack({ ...connection(host, options), profile }, progress),
        (result) => [
          `Slot ${result.slot} of ${host} ${result.rebooted ? 'runs after a reboot' : 'runs'}, and starts from now on.`,
          ...slotLines(result, profile),
        ],
      );
    });
