import { checkArguments } from '../arguments.js';
import type { CliCommand } from '../cli-command.js';
import { connection, given, type Shared } from '../options.js';
import { run } from '../run.js';
import { summary } from '../views/summary.js';
import { addRemoteCommand, expectBuildOption, hostArgument } from './common.js';

interface Options extends Shared {
  expectBuild?: string;
  force?: boolean;
}

/** Adds `levitate leave`. */
export const addLeave = (program: CliCommand): CliCommand =>
  addRemoteCommand(program, 'leave', 'reboot a device out of maintenance, and confirm its system')
    .description(
      'Reboots a device out of maintenance, waits for it, and confirms the system that comes up.',
    )
    .addArgument(hostArgument())
    .option(...expectBuildOption)
    .option(
      '--force',
      'reboot although something was written that was not read back whole, or somebody is writing',
    )
    .example('levitate leave root@192.168.1.1', 'go back')
    .example(
      'levitate leave root@192.168.1.1 --expect-build v2',
      'into the system that was written',
    )
    .action(async (host: string, options: Options, command: CliCommand) => {
      checkArguments(command, { host });
      const { leave } = await import('../../operations/leave/leave.js');
      const { expectBuild, force } = options;
      const call = { ...connection(host, options), ...given({ expectBuild, force }) };
      await run('leave', { ...options, host }, (progress) => leave(call, progress), summary.leave);
    });
