import { again } from '../again.js';
import { checkArguments } from '../arguments.js';
import type { CliCommand } from '../cli-command.js';
import { agreement } from '../confirm.js';
import { connection, consents, imagesOf, type Consents, type Shared } from '../options.js';
import { run } from '../run.js';
import { summary } from '../views/summary.js';
import { addRemoteCommand, hostArgument, imagesArgument, withConsents } from './common.js';

/** Adds `levitate flash`. */
export const addFlash = (program: CliCommand): CliCommand =>
  withConsents(
    addRemoteCommand(
      program,
      'flash',
      'write images to targets of a device in maintenance, and read back',
    )
      .description(
        'Writes images to targets of a device in maintenance, and reads back what was written. Everything that can be checked is checked for all targets before the first byte is written to any.',
      )
      .addArgument(hostArgument())
      .addArgument(imagesArgument()),
  )
    .example(
      'levitate flash root@192.168.1.1 disk=new.img.zst --dry-run',
      'compare the target with the image, and show the plan',
    )
    .example(
      'levitate flash root@192.168.1.1 kernel=uImage rootfs=root.squashfs',
      'write two targets',
    )
    .detail(
      'On a terminal it shows what will be lost, and asks for the name of the host before it overwrites anything. Where there is no terminal, and with --json, it needs --yes.',
    )
    .detail(
      'With --dry-run the device must be in maintenance, too: the target is compared with the image.',
    )
    .action(
      async (host: string, images: string[], options: Shared & Consents, command: CliCommand) => {
        checkArguments(command, { host, images });
        const asking = agreement(options);
        const call = {
          ...connection(host, options),
          images: imagesOf(images),
          ...consents(options),
        };
        await run(
          'flash',
          { ...options, host },
          async (progress) => {
            const { flash } = await import('../../operations/flash/flash.js');
            return flash({ ...call, ...asking(progress.signal) }, progress);
          },
          (result, columns) =>
            summary.flash(result, again('flash', [host, ...images], options), columns),
        );
      },
    );
