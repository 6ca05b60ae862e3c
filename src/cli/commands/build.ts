import { InvalidArgumentError, Option } from 'commander';
import { reasonOf } from '../../errors.js';
import { checkArguments } from '../arguments.js';
import type { CliCommand } from '../cli-command.js';
import {
  connection,
  given,
  addressesOf,
  type Locked,
  type Shared,
  type BuildStep,
} from '../options.js';
import { run } from '../run.js';
import { quote } from '../../shared/shell-quote.js';
import { commandLines } from '../views/command-lines.js';
import { summary } from '../views/summary.js';
import { addRemoteCommand, lockedOption, profileArgument, sysrootOption } from './common.js';

interface Options extends Shared, BuildStep, Locked {
  output: string;
  manifest?: string;
  fromDevice?: string;
  lock?: boolean;
  explain?: boolean;
  uinitrd?: string;
  fit?: string;
  kernel?: string;
  dtb?: string;
  kernelAt?: { load: number; entry: number };
  netboot?: string;
  for?: string;
  append?: string;
}

/** Turns a failure to parse an option's value into a usage error. */
const parsed =
  <T>(parse: (text: string) => T) =>
  (text: string): T => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError(reasonOf(error));
    }
  };

/** Adds `levitate build`. */
export const addBuild = (program: CliCommand): CliCommand =>
  addRemoteCommand(program, 'build', 'build the archive of a profile')
    .description(
      'Builds the archive of a profile: the maintenance system as a cpio archive that boots by itself, too. The same profile, files and packages give the same bytes, always.',
    )
    .addArgument(profileArgument('<PROFILE>'))
    .requiredOption('-o, --output <FILE>', 'where the archive goes')
    .option('--manifest <FILE>', "write every file's SHA-256 and origin as JSON")
    .option(
      '--from-device <HOST>',
      'the device that root.from: device takes files from; nothing on it changes',
    )
    .option(...sysrootOption)
    .addOption(
      new Option(
        '--lock',
        'pin the newest packages: write PROFILE.lock, which later builds follow',
      ).conflicts('locked'),
    )
    .option(...lockedOption)
    .option('--explain', 'say for each file what it is for and what it costs')
    .option('--uinitrd <FILE>', 'also write the archive as a U-Boot legacy ramdisk')
    .option('--fit <FILE>', 'also write a FIT of --kernel, --dtb and the archive')
    .option(
      '--kernel <FILE>',
      'the kernel for --fit and --netboot; also prints the kexec command for it',
    )
    .option('--dtb <FILE>', 'the device tree that goes with --kernel')
    .option(
      '--kernel-at <LOAD[,ENTRY]>',
      'addresses of the kernel in --fit; needed unless it is a plain one for arm or arm64',
      parsed(addressesOf),
    )
    .option(
      '--netboot <DIR>',
      'also lay --kernel and the archive out in the folder of a TFTP server, for U-Boot, iPXE, PXELINUX, GRUB and the Raspberry Pi',
    )
    .option(
      '--for <ID>',
      'the one device that --netboot is for: the MAC address of its network card, or the serial number of a Raspberry Pi; default: each device that asks',
    )
    .option('--append <WORDS>', 'words of the command line of the kernel in --netboot')
    .option(
      '--depfile <FILE>',
      'write what the archive depends on, as a rule for make: the profile, its files and lock, files of the sysroot, and the part of levitate that runs on the device',
    )
    .example('levitate build ap.yaml -o ap.cpio.gz --manifest ap.json', 'build, and list the files')
    .example('levitate build ap.yaml -o ap.cpio.gz --lock', 'pin the Debian packages')
    .example('levitate build ap.yaml -o ap.cpio.gz --uinitrd uInitrd', 'for U-Boot')
    .example(
      'levitate build ap.yaml -o ap.cpio.gz --fit ap.itb --kernel Image --dtb ap.dtb',
      'for boot loaders that take a FIT',
    )
    .example(
      'levitate build ap.yaml -o ap.cpio.gz --netboot /srv/tftp --kernel Image --for 52:54:00:12:34:56',
      'for a device that boots over the network',
    )
    .example(
      'levitate build ap.yaml -o ap.cpio.gz --quiet --depfile ap.cpio.gz.d',
      "as a step of a build, with the rule for make's include",
    )
    .detail(
      'The profile says how the archive is compressed, with archive.compression: gzip, xz (a third smaller), zstd or none. A device that is entered unpacks it with the busybox that comes along; a kernel that boots the archive must know its compression.',
    )
    .detail('A build that fails (status 2) leaves what was there before.')
    .action(async (profile: string, options: Options, command: CliCommand) => {
      checkArguments(command, { profile, host: options.fromDevice });
      const {
        output,
        fromDevice,
        json: _json,
        quiet: _quiet,
        verbose: _verbose,
        sshConfig: _config,
        for: netbootFor,
        ...rest
      } = options;
      const device =
        fromDevice === undefined
          ? undefined
          : connection(fromDevice, { ...options, json: (options.json ?? options.quiet) === true });
      await run(
        'build',
        options,
        async (progress) => {
          const { build } = await import('../../operations/build/build.js');
          const { manifest: _, ...result } = await build(
            { profile, output, ...given({ ...rest, netbootFor, device }) },
            progress,
          );
          return result;
        },
        (result) => [
          ...summary.build(result),
          ...commandLines([
            'Enter a device with this profile',
            `levitate enter HOST ${quote(profile)}`,
          ]),
        ],
      );
    });
