import { Argument, Option } from 'commander';
import { LevitateError } from '../../errors.js';
import { checkArguments } from '../arguments.js';
import type { CliCommand } from '../cli-command.js';
import { given, type Locked, type Shared } from '../options.js';
import { run } from '../run.js';
import { rescueLines } from '../views/rescue-lines.js';
import { addRemoteCommand, lockedOption } from './common.js';

interface Options extends Shared, Locked {
  kernel?: string;
  dtb?: string;
  append?: string;
  interface?: string;
  range?: string;
  folder?: string;
  bootFile?: string;
}

/** Adds `levitate rescue`. */
export const addRescue = (program: CliCommand): CliCommand =>
  addRemoteCommand(program, 'rescue', 'have a device boot over the network into maintenance')
    .description(
      'Has one device boot into maintenance over the network: `arm` lays a maintenance system out for it, `serve` answers its boot loader, and `levitate deploy` takes it from there to the new system. It is disarmed at the first contact, so that it does not come back to maintenance again and again.',
    )
    .form('arm DEVICE PROFILE --kernel FILE')
    .form('disarm DEVICE')
    .form('serve --interface NAME')
    .addArgument(
      new Argument('<DO>', 'what is done: arm, disarm or serve').choices([
        'arm',
        'disarm',
        'serve',
      ]),
    )
    .addArgument(
      new Argument(
        '[DEVICE]',
        'the MAC address of its network card, the serial number of a Raspberry Pi, or a host of this network that answers now',
      ),
    )
    .addArgument(new Argument('[PROFILE]', 'the path of the profile of the maintenance system'))
    .option('--kernel <FILE>', 'of arm: the kernel that starts the maintenance system')
    .option('--dtb <FILE>', 'of arm: its device tree, where the boot loader has none')
    .option('--append <WORDS>', 'of arm: words of its command line, most often the console')
    .option(...lockedOption)
    .option('--interface <NAME>', 'of serve: the network interface that the devices are behind')
    .option(
      '--range <FIRST,LAST>',
      'of serve: addresses to give to devices, where no other DHCP server does',
    )
    .option('--folder <DIR>', 'of serve: the folder that `arm` has printed, of another user')
    .addOption(
      new Option(
        '--boot-file <FILE>',
        'of serve: the file for boot loaders other than U-Boot and iPXE, which you put into the folder',
      ),
    )
    .example(
      'levitate rescue arm 52:54:00:12:34:56 ap.yaml --kernel Image --append console=ttyAMA0',
      'lay a maintenance system out for one device',
    )
    .example(
      'sudo levitate rescue serve --interface eth1 --folder ~/.local/state/levitate/rescue/tftp',
      'answer its boot loader, beside the DHCP server of the network',
    )
    .example(
      'levitate rescue serve --interface eth1 --range 192.168.7.100,192.168.7.199',
      'the same on a network of its own',
    )
    .example('levitate rescue disarm 52:54:00:12:34:56', 'take it away again')
    .detail(
      '`serve` runs dnsmasq, needs root for its ports, and goes on until Ctrl-C. `levitate help netboot` tells what each boot loader looks for, and how the profile has to be.',
    )
    .detail(
      'A device that is being written to is armed meanwhile: a power cut leads it to maintenance again. Before it is told to leave, it is disarmed for good.',
    )
    .action(
      async (
        action: string,
        device: string | undefined,
        profile: string | undefined,
        options: Options,
        command: CliCommand,
      ) => {
        checkArguments(command, { profile });
        await run(
          'rescue',
          options,
          async (progress) => {
            if (action === 'serve') {
              const { interface: name, range, folder, bootFile } = options;
              if (name === undefined || device !== undefined)
                throw wrong('serve --interface NAME', 'serve takes an interface, and no device');
              const { serveRescues } = await import('../../operations/network-rescue/serve.js');
              const more = given({ range, folder, bootFile });
              return serveRescues({ interface: name, ...more }, progress);
            }
            const { sshConfig, kernel, dtb, append, locked } = options;
            if (device === undefined)
              throw wrong(`${action} DEVICE`, `${action} takes a device by its MAC address`);
            const { armRescue, disarmRescue } =
              await import('../../operations/network-rescue/arm.js');
            const about = { device, ...given({ sshConfig }) };
            if (action === 'disarm') return disarmRescue(about);
            if (profile === undefined || kernel === undefined)
              throw wrong('arm DEVICE PROFILE --kernel FILE', 'arm takes a profile and a kernel');
            const parts = given({ dtb, append, locked });
            return armRescue({ ...about, profile, kernel, ...parts }, progress);
          },
          rescueLines,
        );
      },
    );

const wrong = (form: string, message: string): LevitateError =>
  new LevitateError('USAGE', message, { hint: `Write: levitate rescue ${form}` });
