import { checkArguments } from '../arguments.js';
import type { CliCommand } from '../cli-command.js';
import { connection, given, type Shared } from '../options.js';
import { refusalIn, run } from '../run.js';
import { summary } from '../views/summary.js';
import { addRemoteCommand, hostArgument, profileArgument } from './common.js';

interface Options extends Shared {
  profileOut?: string;
}

/** Adds `levitate probe`. */
export const addProbe = (program: CliCommand): CliCommand =>
  addRemoteCommand(program, 'probe', 'look at a device, and write a profile that fits it')
    .description(
      'Tells what a device is, judges whether it could be entered, and writes a profile that fits it. Changes nothing on the device.',
    )
    .addArgument(hostArgument())
    .addArgument(profileArgument('[PROFILE]'))
    .option('--profile-out <FILE>', 'write the profile that fits; FILE must not exist yet')
    .example('levitate probe root@192.168.1.1 --profile-out ap.yaml', 'the first look at a device')
    .example('levitate probe root@192.168.1.1 ap.yaml', 'judge the device by a profile of yours')
    .detail(
      'Ends with status 3 when a check refuses the device. Without PROFILE it judges by the profile that fits, and the size of the maintenance system is an estimate.',
    )
    .action(
      async (host: string, profile: string | undefined, options: Options, command: CliCommand) => {
        checkArguments(command, { host, profile });
        const call = {
          ...connection(host, options),
          ...given({ profile, profileOut: options.profileOut }),
        };
        await run(
          'probe',
          { ...options, host },
          async (progress) => {
            const { probe } = await import('../../operations/probe/probe.js');
            return probe(call, progress);
          },
          summary.probe,
          ({ checks }) => refusalIn(checks),
        );
      },
    );
