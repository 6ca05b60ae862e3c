import { Argument } from 'commander';
import type { DoctorResult } from '../../operations/doctor/doctor.js';
import { checkArguments } from '../arguments.js';
import type { CliCommand } from '../cli-command.js';
import { connection, given, type Shared } from '../options.js';
import { refusalIn, run, type Failure } from '../run.js';
import { summary } from '../views/summary.js';
import { addRemoteCommand, hostArgument } from './common.js';

/** Adds `levitate doctor`. */
export const addDoctor = (program: CliCommand): CliCommand =>
  addRemoteCommand(program, 'doctor', 'tell what this machine lacks, and a device')
    .description(
      'Tells what this machine lacks for levitate, with the command that installs it, and what a device lacks. Changes nothing.',
    )
    .addArgument(new Argument('[HOST]', hostArgument().description))
    .example('levitate doctor', 'what this machine lacks')
    .example('levitate doctor root@192.168.1.1', 'and what that device lacks')
    .detail(
      'Ends with status 3 when something necessary is missing, and as probe does where the device cannot be asked: 6 where it does not answer.',
    )
    .action(async (host: string | undefined, options: Shared, command: CliCommand) => {
      checkArguments(command, { host });
      const device = host === undefined ? undefined : connection(host, options);
      await run(
        'doctor',
        { ...options, ...given({ host }) },
        async (progress) => {
          const { doctor } = await import('../../operations/doctor/doctor.js');
          return doctor(given({ device }), progress);
        },
        summary.doctor,
        failureOf,
      );
    });

/** What this machine lacks comes first: it may be why the device was not reached. */
function failureOf({ machine, device = [], unreached }: DoctorResult): Failure | undefined {
  const failure = refusalIn([...machine, ...device]);
  if (!failure || !unreached || refusalIn(machine)) return failure;
  return { ...failure, exit: unreached.exit };
}
