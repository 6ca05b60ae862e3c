import { Argument, Option } from 'commander';
import { LevitateError } from '../../errors.js';
import { again, withOptionsGiven } from '../again.js';
import { checkArguments, isLoneImage } from '../arguments.js';
import type { CliCommand } from '../cli-command.js';
import { agreement } from '../confirm.js';
import {
  connection,
  consents,
  given,
  imagesOf,
  type Consents,
  type Locked,
  type Shared,
} from '../options.js';
import { run } from '../run.js';
import { summary } from '../views/summary.js';
import {
  addRemoteCommand,
  expectBuildOption,
  hostArgument,
  imagesArgument,
  kernelOption,
  lockedOption,
  withConsents,
} from './common.js';

interface Options extends Shared, Consents, Locked {
  expectBuild?: string;
  kernel?: string;
  save?: string;
  from?: 'running' | 'maintenance';
}

/** Adds `levitate deploy`. */
export const addDeploy = (program: CliCommand): CliCommand =>
  withConsents(
    addRemoteCommand(program, 'deploy', 'enter, flash and leave in one command')
      .description(
        'The whole way in one command: takes the device into maintenance, writes the images, reads them back, reboots, and confirms the system that comes up. What fails before the first write ends with the device back in its old system; what fails after it leaves the device in maintenance, and the same command again carries on.',
      )
      .form('HOST PROFILE TARGET=IMAGE...')
      .form('HOST IMAGE')
      .addArgument(hostArgument())
      .addArgument(
        new Argument(
          '<PROFILE|IMAGE>',
          'the path of a profile, which is a YAML file; or the one image, whose place and profile levitate then finds',
        ),
      )
      .addArgument(imagesArgument('[TARGET=IMAGE...]')),
  )
    .option(...expectBuildOption)
    .option(...lockedOption)
    .option(...kernelOption)
    .option(
      '--save <FILE>',
      'with an IMAGE alone: keep the profile, once you have agreed; FILE must not exist yet',
    )
    .addOption(
      new Option(
        '--from <SYSTEM>',
        'for an image of a slot: write it from the running system, which goes on until one reboot (the default), or from maintenance',
      ).choices(['running', 'maintenance']),
    )
    .example(
      'levitate deploy root@192.168.1.1 new.img.zst',
      'look at the device, find the place for the image, ask, and write it',
    )
    .example(
      'levitate deploy root@192.168.1.1 ap.yaml layout=new.ubi --dry-run',
      'check the images and the device',
    )
    .example(
      'levitate deploy root@192.168.1.1 ap.yaml disk=new.img.zst --expect-build v2',
      'the whole way, which ends well only in the system v2',
    )
    .detail(
      'On a terminal it shows what will be lost, and asks for the name of the host before it overwrites anything. Where there is no terminal, and with --json, it needs --yes.',
    )
    .detail(
      'An image for a name under boot.slots of the profile goes to the slot that does not run, without entering maintenance: `levitate help slots`. Confirmed from inside the new slot, it is the one that starts; else the boot loader falls back, and the command ends with status 4.',
    )
    .detail(
      'A disk image alone goes to the disk that the system of the device stands on, a UBI layout to the MTD with its UBI, and any other image to the only place for such. Where that is not clear, the commands that name a place are listed.',
    )
    .detail(
      'With --dry-run the images are read, and the preflight is shown. A device that is in maintenance already is compared with the images, too.',
    )
    .action(
      async (
        host: string,
        first: string,
        pairs: string[],
        options: Options,
        command: CliCommand,
      ) => {
        const lone = pairs.length === 0 && isLoneImage(first);
        checkArguments(
          command,
          lone ? { host, image: first } : { host, profile: first, images: pairs },
        );
        checkTogether({ host, first, lone, pairs, options });
        const { expectBuild, kernel, from, locked, save: saveProfile } = options;
        const images = imagesOf(pairs);
        const asking = agreement(options);
        const call = {
          ...connection(host, options),
          ...consents(options),
          ...given({ expectBuild, kernel }),
        };
        await run(
          'deploy',
          { ...options, host },
          async (progress) => {
            const { deploy, deployImage } = await import('../../operations/deploy.js');
            const request = { ...call, ...asking(progress.signal) };
            return lone
              ? deployImage(
                  { ...request, image: first, ...given({ saveProfile }) },
                  progress,
                ).catch((error: unknown) => {
                  throw withOptionsGiven(error, options);
                })
              : deploy(
                  { ...request, profile: first, images, ...given({ locked, from }) },
                  progress,
                );
          },
          (result, columns) =>
            summary.deploy(result, again('deploy', [host, first, ...pairs], options), columns),
        );
      },
    );

/** Refuses what does not go together: the image alone, and what belongs to a profile. */
function checkTogether(line: {
  host: string;
  first: string;
  lone: boolean;
  pairs: string[];
  options: Options;
}): void {
  const { host, first, lone, pairs, options } = line;
  const wrong = lone
    ? (options.locked && '--locked needs a profile: the lock lies beside it') ||
      (options.from && '--from needs a profile, which names the slots')
    : pairs.length === 0
      ? 'the image is missing'
      : options.save !== undefined &&
        '--save goes with an image alone, whose profile levitate finds';
  if (!wrong) return;
  const profile = lone ? 'PROFILE TARGET=' : `${first} TARGET=`;
  throw new LevitateError('USAGE', wrong, {
    hint: `Write: levitate deploy ${host} ${profile}${lone ? first : 'IMAGE'}, or without a profile: levitate deploy ${host} IMAGE`,
  });
}
