import { Argument } from 'commander';
import { checkArguments } from '../arguments.js';
import type { CliCommand } from '../cli-command.js';
import { connection, given, type Shared } from '../options.js';
import { run } from '../run.js';
import { wearLines } from '../views/wear-lines.js';
import { addRemoteCommand, hostArgument } from './common.js';

interface Options extends Shared {
  before?: string;
  svg?: string;
}

/** Adds `levitate wear`. */
export const addWear = (program: CliCommand): CliCommand =>
  addRemoteCommand(program, 'wear', 'tell how worn the flash of a device is')
    .description(
      'Tells how worn the flash of a device is: the erase counter of each eraseblock of UBI, bad blocks, and what an eMMC or an NVMe says of itself. It only reads, in the own system of the device and in maintenance.',
    )
    .addArgument(hostArgument())
    .addArgument(
      new Argument(
        '[TARGET...]',
        'a target of the profile, the name of an MTD, or a device such as mtd3, ubi0 or mmcblk0; without any, everything',
      ),
    )
    .option(
      '--before <FILE>',
      'compare with FILE, the output of `levitate wear HOST --json` at an earlier time',
    )
    .option('--svg <FILE>', 'draw the erase counters, as a picture in the format SVG')
    .example('levitate wear root@192.168.1.1', 'all flash of the device')
    .example('levitate wear root@192.168.1.1 --json >monday.json', 'keep what it tells')
    .example(
      'levitate wear root@192.168.1.1 ubi --before monday.json --svg week.svg',
      'what a week has cost the MTD `ubi`, and a picture of it',
    )
    .detail(
      'What is not told is named with the reason. Erase counters can be read by root alone; sudo, doas and su will do, as with every command.',
    )
    .detail(
      'A device in its own system starts a program for each eraseblock, some twenty seconds for 1000 of them; in maintenance it takes a moment.',
    )
    .detail('With --json, `counters` lists the counter of every eraseblock.')
    .action(async (host: string, targets: string[], options: Options, command: CliCommand) => {
      checkArguments(command, { host });
      const { before, svg } = options;
      const call = { ...connection(host, options), targets, ...given({ before, svg }) };
      await run(
        'wear',
        { ...options, host },
        async (progress) => {
          const { wear } = await import('../../operations/wear/wear.js');
          return wear(call, progress);
        },
        (result) => wearLines(result, { targets, before }),
      );
    });
