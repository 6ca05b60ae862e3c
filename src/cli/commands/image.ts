import { Argument } from 'commander';
import { checkArguments } from '../arguments.js';
import type { CliCommand } from '../cli-command.js';
import { given, type Shared } from '../options.js';
import { run } from '../run.js';
import { imageFailure } from '../views/image-lines.js';
import { summary } from '../views/summary.js';
import { addCommand, profileArgument } from './common.js';

/** Adds `levitate image`. */
export const addImage = (program: CliCommand): CliCommand =>
  addCommand(program, 'image', 'tell what a file is, and which targets take it')
    .description(
      'Tells what a file is, by its content and never by its name; what protects it; which kinds of targets take it; and what levitate would refuse, and why. Needs no device.',
    )
    .addArgument(
      new Argument(
        '<FILE>',
        'the file, or raw:FILE for its bytes as they are, with #sha256=HEX or without',
      ),
    )
    .addArgument(profileArgument('[PROFILE]'))
    .example('levitate image firmware.bin', 'what is it, and where does it go?')
    .example('levitate image update.swu --json', 'the same for programs')
    .example(
      'levitate image new.img.zst ap.yaml',
      'which targets of the profile take it, and whether one of its keys has signed it',
    )
    .detail(
      'Of a file that only holds images (an update of SWUpdate, RAUC, Mender or fwup, an archive), it lists what is in it, with the command that takes each image out.',
    )
    .detail(
      'Ends with the status that `flash` and `deploy` would end with where they would refuse the file.',
    )
    .action(
      async (file: string, profile: string | undefined, options: Shared, command: CliCommand) => {
        checkArguments(command, { profile });
        await run(
          'image',
          options,
          async (progress) => {
            const { describeImage } = await import('../../operations/image/describe-image.js');
            return describeImage({ image: file, ...given({ profile }) }, progress);
          },
          summary.image,
          imageFailure,
        );
      },
    );
