import { checkArguments } from '../arguments.js';
import type { CliCommand } from '../cli-command.js';
import { connection, type Shared } from '../options.js';
import { run } from '../run.js';
import { slotLines } from '../views/slot-lines.js';
import { addRemoteCommand, hostArgument, profileArgument } from './common.js';

/** Adds `levitate slots`. */
export const addSlots = (program: CliCommand): CliCommand =>
  addRemoteCommand(
    program,
    'slots',
    'show the slots of a device, and what its boot loader would do',
  )
    .description(
      'Shows the two systems of a device, which one runs, and what the boot loader makes of each. Changes nothing.',
    )
    .addArgument(hostArgument())
    .addArgument(profileArgument('<PROFILE>'))
    .example('levitate slots root@192.168.1.1 board.yaml', 'which slot runs, and which one starts')
    .action(async (host: string, profile: string, options: Shared, command: CliCommand) => {
      checkArguments(command, { host, profile });
      const { slots } = await import('../../operations/slots/slots.js');
      await run(
        'slots',
        { ...options, host },
        (progress) => slots({ ...connection(host, options), profile }, progress),
        (result) => slotLines(result, profile),
      );
    });
