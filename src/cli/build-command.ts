import { InvalidArgumentError, Option, type Command } from 'commander';
import { reasonOf } from '../errors.js';
import { checkWords } from './roles.js';
import { run } from './run.js';
import { summary } from './summary.js';
import {
  connection,
  given,
  lockedOption,
  placeOf,
  stepView,
  sysrootOption,
  type Locked,
  type Shared,
  type Step,
} from './options.js';

interface BuildWords extends Shared, Step, Locked {
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
}

const tail = `
The same profile, files and packages give the same bytes, always. The profile says how they are compressed, with
archive.compression: gzip, xz (a third smaller), zstd or none. A device that is entered unpacks with the busybox that
comes along; a kernel that boots the archive must know its compression.

For boot loaders:
  levitate build ap.yaml -o ap.cpio.gz --uinitrd uInitrd
  levitate build ap.yaml -o ap.cpio.gz --fit ap.itb --kernel Image --dtb ap.dtb

As a step of a build, with the rule for make's include:
  levitate build ap.yaml -o ap.cpio.gz --quiet --depfile ap.cpio.gz.d

Exit status: 0 built · 1 a bug · 2 bad input, and what was there before is still there`;

/** An option's value, or a wrong call. */
const parsed =
  <T>(parse: (text: string) => T) =>
  (text: string): T => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError(reasonOf(error));
    }
  };

/** `levitate build`. */
export const addBuild = (command: Command): Command =>
  command
    .requiredOption('-o, --output <file>', 'where the archive goes')
    .option('--manifest <file>', "write every file's SHA-256 and origin as JSON")
    .option('--from-device <host>', 'the device that root.from: device takes files from')
    .option(...sysrootOption)
    .addOption(
      new Option(
        '--lock',
        'pin the newest packages: write PROFILE.lock, which later builds follow',
      ).conflicts('locked'),
    )
    .option(...lockedOption)
    .option('--explain', 'say for each file what it is for and what it costs')
    .option('--uinitrd <file>', 'also write the archive as a U-Boot legacy ramdisk')
    .option('--fit <file>', 'also write a FIT of --kernel, --dtb and the archive')
    .option('--kernel <file>', 'the kernel for --fit; also gives the kexec command for it')
    .option('--dtb <file>', 'the device tree that goes with --kernel')
    .option(
      '--kernel-at <load[,entry]>',
      'addresses of the kernel in --fit; needed unless it is a plain one for arm or arm64',
      parsed(placeOf),
    )
    .option('--depfile <file>', 'write what the archive depends on, as a rule for make')
    .option('-q, --quiet', 'print nothing but warnings and errors')
    .addHelpText('after', tail)
    .action(async (profile: string, options: BuildWords) => {
      checkWords('build', { profile, host: options.fromDevice });
      const { build } = await import('../operations/build/build.js');
      const {
        output,
        fromDevice,
        json: _json,
        quiet: _quiet,
        sshConfig: _config,
        ...rest
      } = options;
      const how = stepView(options);
      const device =
        fromDevice === undefined
          ? undefined
          : connection(fromDevice, { ...options, json: how !== false });
      await run(
        'build',
        how,
        async (progress) => {
          const { manifest: _, ...result } = await build(
            { profile, output, ...given({ ...rest, device }) },
            progress,
          );
          return result;
        },
        summary.build,
      );
    });
