import { checkArguments } from '../arguments.js';
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
  lockedOption,
  profileArgument,
  withConsents,
} from './common.js';

interface Options extends Shared, Consents, Locked {
  expectBuild?: string;
}

/** Adds `levitate deploy`. */
export const addDeploy = (program: CliCommand): CliCommand =>
  withConsents(
    addRemoteCommand(program, 'deploy', 'enter, flash and leave: the main job')
      .description(
        'The main job in one command: takes the device into maintenance, writes the images, reads them back, reboots, and confirms the system that comes up. What fails before the first write ends with the device back in its old system; what fails after it leaves the device in maintenance, and the same command again carries on.',
      )
      .addArgument(hostArgument())
      .addArgument(profileArgument('<PROFILE>'))
      .addArgument(imagesArgument()),
  )
    .option(...expectBuildOption)
    .option(...lockedOption)
    .example(
      'levitate deploy root@192.168.1.1 ap.yaml layout=new.ubi --dry-run',
      'check the images and the device',
    )
    .example(
      'levitate deploy root@192.168.1.1 ap.yaml disk=new.img.zst --expect-build v2',
      'the whole job, which ends well only in the system v2',
    )
    .detail(
      'On a terminal it shows what will be lost, and asks for the name of the host before it overwrites anything. Where there is no terminal, and with --json, it needs --yes.',
    )
    .detail(
      'With --dry-run the images are read, and the preflight is shown. A device that is in maintenance already is compared with the images, too.',
    )
    .action(
      async (
        host: string,
        profile: string,
        images: string[],
        options: Options,
        command: CliCommand,
      ) => {
        checkArguments(command, { host, profile, images });
        const asking = agreement(options);
        const { deploy } = await import('../../operations/deploy.js');
        const call = {
          ...connection(host, options),
          profile,
          images: imagesOf(images),
          ...consents(options),
          ...given({ expectBuild: options.expectBuild, locked: options.locked }),
        };
        await run(
          'deploy',
          { ...options, host },
          (progress) => deploy({ ...call, ...asking(progress.signal) }, progress),
          summary.deploy,
        );
      },
    );
