import { LevitateError } from '../../errors.js';
import { again } from '../again.js';
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
import { migrateLines } from '../views/migrate-lines.js';
import {
  addRemoteCommand,
  expectBuildOption,
  hostArgument,
  imagesArgument,
  lockedOption,
  profileArgument,
  yesOption,
} from './common.js';

interface Options extends Shared, Consents, Locked {
  expectBuild?: string;
  undo?: boolean;
}

/** Adds `levitate migrate`. */
export const addMigrate = (program: CliCommand): CliCommand =>
  addRemoteCommand(program, 'migrate', 'change the operating system of a device in place')
    .description(
      'Puts another operating system beside the one that a device has: into a partition of swap, which is freed for it. GRUB starts it once; confirmed from inside, it starts from then on. Where a step fails, all before it is taken back, and the device is in its old system.',
    )
    .form('HOST PROFILE TARGET=ROOT.tar')
    .form('HOST --undo')
    .addArgument(hostArgument())
    .addArgument(profileArgument('[PROFILE]'))
    .addArgument(imagesArgument('[TARGET=IMAGE...]'))
    .option('--undo', 'go back to the old system, which a migration has left as it was')
    .option(...expectBuildOption)
    .option(...lockedOption)
    .option(
      '--drop-kept',
      'do without files that the profile keeps and that were not saved: the new system gets none of them',
    )
    .option(
      '--dry-run',
      'check everything, show each step with how it is undone, and change nothing',
    )
    .option(...yesOption)
    .example(
      'levitate migrate root@192.168.1.5 pc.yaml system=debian.tar.zst --dry-run',
      'check the device, and show each step',
    )
    .example('levitate migrate root@192.168.1.5 --undo', 'go back to the system of before')
    .detail(
      'The profile says where the new system goes, how it starts, and what it gets of the old one: `levitate help migrate`. An image of a whole disk is for `levitate deploy`.',
    )
    .action(
      async (
        host: string,
        profile: string | undefined,
        pairs: string[],
        options: Options,
        command: CliCommand,
      ) => {
        checkForm(host, profile, pairs, options);
        const words = profile ?? '';
        if (!options.undo) checkArguments(command, { host, profile: words, images: pairs });
        const { expectBuild, locked } = options;
        const images = imagesOf(pairs);
        const asking = options.undo ? () => ({}) : agreement(options);
        const call = {
          ...connection(host, options),
          ...consents(options),
          ...given({ expectBuild, locked }),
        };
        await run(
          'migrate',
          { ...options, host },
          async (progress) => {
            const { migrate, undoMigration } = await import('../../operations/migrate/index.js');
            if (options.undo) return undoMigration(connection(host, options), progress);
            return migrate(
              { ...call, ...asking(progress.signal), profile: words, images },
              progress,
            );
          },
          (result, columns) =>
            migrateLines(result, again('migrate', [host, words, ...pairs], options), columns),
        );
      },
    );

/** Refuses what is neither of the two forms. */
function checkForm(
  host: string,
  profile: string | undefined,
  pairs: string[],
  { undo }: Options,
): void {
  const isWhole = profile !== undefined && pairs.length > 0;
  if (undo ? profile === undefined : isWhole) return;
  throw new LevitateError(
    'USAGE',
    undo ? '--undo takes the device alone' : 'the profile or the archive is missing',
    { hint: `Write: levitate migrate ${host} ${undo ? '--undo' : 'PROFILE TARGET=ROOT.tar'}` },
  );
}
