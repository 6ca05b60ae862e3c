/** What several commands are made of. */
import { Argument, Option } from 'commander';
import type { CliCommand } from '../cli-command.js';

/** Adds a command, which can print JSON, or nothing. */
export const addCommand = (program: CliCommand, name: string, summary: string): CliCommand =>
  (program.command(name) as CliCommand)
    .summary(summary)
    .option('--json', 'print one JSON object a line, also on a terminal')
    .option(
      '-v, --verbose',
      'tell each connection, what ssh says of it, and each command on a device as well',
    )
    .option(
      '-q, --quiet',
      'print nothing but warnings, errors and questions; with --json, the result as well',
    );

/** Adds a command that connects to a device. */
export const addRemoteCommand = (program: CliCommand, name: string, summary: string): CliCommand =>
  addCommand(program, name, summary).option(
    '-F, --ssh-config <FILE>',
    'use this ssh_config in place of your own; an entry remembers it',
  );

/** The argument HOST. */
export const hostArgument = (): Argument =>
  new Argument(
    '<HOST>',
    'the device, as you would write it after `ssh`: root@192.168.1.1, or an alias of your ssh_config',
  );

/** The argument PROFILE. */
export const profileArgument = (flags: '<PROFILE>' | '[PROFILE]'): Argument =>
  new Argument(flags, 'the path of a profile, which is a YAML file');

/** The arguments TARGET=IMAGE. */
export const imagesArgument = (
  flags: '<TARGET=IMAGE...>' | '[TARGET=IMAGE...]' = '<TARGET=IMAGE...>',
): Argument =>
  new Argument(
    flags,
    'a target by its name in the profile, and the image for it: FILE, or raw:FILE for its bytes as they are; FILE#sha256=HEX says what FILE must be',
  );

/** Adds the consents to what destroys more than a target, and the option that changes nothing. */
export const withConsents = (command: CliCommand): CliCommand =>
  command
    .option(
      '--accept-counter-loss',
      'write although ubiformat would average UBI erase counters (fewer than 95 % can be read) or begin at zero (fewer than 50 %)',
    )
    .option('--drop-volumes', 'let UBI volumes go that the image of a layout does not hold')
    .option(
      '--drop-kept',
      'write although files or volumes that the profile keeps were not saved, or are to be gone: the new system gets none of them',
    )
    .option(
      '--accept-board',
      'write an image that says that it is for another board than the device is, or for another version of it',
    )
    .addOption(
      new Option('--full', 'send all of each image, and compare nothing before').conflicts('delta'),
    )
    .option(
      '--delta',
      'compare all of each target, and send only what differs; without either, some places of the target tell which is faster',
    )
    .option(
      '--svg <FILE>',
      'draw the UBI erase counters before and after, as a picture in the format SVG',
    )
    .option('--dry-run', 'check everything and change nothing')
    .option(...yesOption);

/** What `--yes` does, for the help. */
export const yesOption = [
  '-y, --yes',
  'overwrite without the question; needed where there is no terminal to ask on',
] as const;

/** What `--expect-build` does, for the help. */
export const expectBuildOption = [
  '--expect-build <BUILD>',
  'what confirm.build.read of the profile must print in the new system',
] as const;

/** What `--sysroot` does, for the help. */
export const sysrootOption = [
  '--sysroot <DIR>',
  'the folder that root.from: sysroot means',
] as const;

/** What `--kernel` does, for the help. */
export const kernelOption = [
  '--kernel <FILE>',
  'the kernel that runs on the device, for a rescue on a disk that is written whole, where the device does not have the file',
] as const;

/** What `--locked` does, for the help. */
export const lockedOption = [
  '--locked',
  'build from the lock beside the profile and the cache alone, without network; any difference is an error',
] as const;
