import { Argument } from 'commander';
import type { CliCommand } from '../cli-command.js';

/** Adds `levitate fleet`. Its words go to a package of its own, so that this command only stands in the help. */
export const addFleet = (program: CliCommand): CliCommand =>
  (program.command('fleet') as CliCommand)
    .summary('deploy to many devices, in groups that stop by themselves')
    .description(
      'Deploys to many devices: an inventory, rollouts in groups that stop by themselves, a report. It is a package of its own, levitate-fleet, which is installed beside levitate; `levitate help many-devices` shows the way, and `levitate fleet --help` lists its commands.',
    )
    .addArgument(
      new Argument('[WORD...]', 'a command of levitate-fleet, with its arguments and options'),
    )
    .example('levitate fleet import fleet.yaml', 'show what an inventory changes, and apply it')
    .example(
      'levitate fleet rollout plan v2.yaml',
      'show which devices a rollout goes to, in groups',
    )
    .example('levitate fleet station run hall', 'do the deploys of a station');
