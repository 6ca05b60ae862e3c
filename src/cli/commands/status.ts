import { exitStatus } from '../../errors.js';
import { checkArguments } from '../arguments.js';
import type { CliCommand } from '../cli-command.js';
import { connection, type Shared } from '../options.js';
import { run } from '../run.js';
import { statusLines } from '../views/status-lines.js';
import { addRemoteCommand, hostArgument } from './common.js';

/** Adds `levitate status`. */
export const addStatus = (program: CliCommand): CliCommand =>
  addRemoteCommand(program, 'status', 'tell where a device is')
    .description(
      'Tells where a device is: in its own system, staged, armed, in maintenance (with its journal), or unreachable. Changes nothing.',
    )
    .addArgument(hostArgument())
    .example('levitate status root@192.168.1.1', 'where the device is, and what was written to it')
    .detail('Ends with status 6 when the device is unreachable.')
    .action(async (host: string, options: Shared, command: CliCommand) => {
      checkArguments(command, { host });
      await run(
        'status',
        { ...options, host },
        async (progress) => {
          const { status } = await import('../../operations/status.js');
          return status(connection(host, options), progress);
        },
        statusLines,
        (result) =>
          result.where === 'unreachable'
            ? { exit: exitStatus.unknownState, lines: statusLines(result) }
            : undefined,
      );
    });
