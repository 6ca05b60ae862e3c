import { LevitateError } from '../../errors.js';
import { checkArguments } from '../arguments.js';
import type { CliCommand } from '../cli-command.js';
import {
  given,
  hostAndProfile,
  place,
  type Locked,
  type Shared,
  type BuildStep,
} from '../options.js';
import { run } from '../run.js';
import { commandLines } from '../views/command-lines.js';
import { summary } from '../views/summary.js';
import {
  addRemoteCommand,
  hostArgument,
  lockedOption,
  profileArgument,
  sysrootOption,
} from './common.js';

interface Options extends Shared, BuildStep, Locked {
  root?: string;
}

/** Adds `levitate install`. */
export const addInstall = (program: CliCommand): CliCommand =>
  addRemoteCommand(
    program,
    'install',
    'put the archive onto a device, or into a root file system that is being built',
  )
    .description(
      'Builds the archive of a profile and puts it into /usr/lib/levitate of a device, or of a root file system that is being built. `levitate enter HOST` then needs no profile. Nothing is armed: the device behaves as before.',
    )
    .form('HOST PROFILE')
    .form('PROFILE --root DIR')
    .addArgument(hostArgument())
    .addArgument(profileArgument('[PROFILE]'))
    .option('--root <DIR>', 'a root file system that is being built, in place of HOST')
    .option(...sysrootOption)
    .option(...lockedOption)
    .option(
      '--depfile <FILE>',
      'with --root: write what was installed depends on, as a rule for make',
    )
    .example('levitate install root@192.168.1.1 ap.yaml', 'onto a running device')
    .example(
      'levitate install ap.yaml --root ./rootfs',
      'into a root file system that is being built; needs no device and no root',
    )
    .action(
      async (first: string, second: string | undefined, options: Options, command: CliCommand) => {
        const { depfile, locked, sysroot, root } = options;
        if (depfile !== undefined && root === undefined)
          throw new LevitateError('USAGE', '--depfile goes with --root DIR', {
            hint: 'What goes onto a running device is no step of a build.',
          });
        const { host, profile } = hostAndProfile(first, second, root);
        checkArguments(command, { host, profile });
        if (profile === undefined)
          throw new LevitateError('USAGE', 'the profile is missing', {
            hint: `Write: levitate install ${first} PROFILE`,
          });
        const where = place(host, options);
        await run(
          'install',
          { ...options, ...given({ host }) },
          async (progress) => {
            const { install } = await import('../../operations/install/install.js');
            return install(
              { profile, place: where, ...given({ depfile, locked, sysroot }) },
              progress,
            );
          },
          (result) => [
            ...summary.install(result),
            ...(root === undefined
              ? commandLines(['Enter it, without a profile', `levitate enter ${result.place}`])
              : []),
          ],
        );
      },
    );
