import { checkArguments } from '../arguments.js';
import type { CliCommand } from '../cli-command.js';
import { agreementToForce } from '../confirm.js';
import { connection, given, type Shared } from '../options.js';
import { run } from '../run.js';
import { summary } from '../views/summary.js';
import { addRemoteCommand, expectBuildOption, hostArgument } from './common.js';

interface Options extends Shared {
  expectBuild?: string;
  force?: boolean;
  yes?: boolean;
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
      'reboot although something was written that was not read back whole, or somebody is writing: the device will probably not boot',
    )
    .option(
      '-y, --yes',
      'with --force: reboot without the question; needed where there is no terminal to ask on',
    )
    .example('levitate leave root@192.168.1.1', 'go back')
    .example(
      'levitate leave root@192.168.1.1 --expect-build v2',
      'into the system that was written',
    )
    .detail(
      'With --force it asks for the name of the host before it reboots a device that is half written. Where there is no terminal, and with --json, --force needs --yes.',
    )
    .action(async (host: string, options: Options, command: CliCommand) => {
      checkArguments(command, { host });
      const { expectBuild, force } = options;
      const asking = agreementToForce(options);
      const call = { ...connection(host, options), ...given({ expectBuild, force }) };
      await run(
        'leave',
        { ...options, host },
        async (progress) => {
          const { leave } = await import('../../operations/leave/leave.js');
          return leave({ ...call, ...asking(progress.signal) }, progress);
        },
        summary.leave,
      );
    });
