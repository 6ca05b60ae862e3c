import { Command } from 'commander';
import { exitStatus, LevitateError } from '../errors.js';
import { run } from './run.js';
import { summary } from './summary.js';

interface Shared {
  json?: boolean;
  sshConfig?: string;
}

interface Consents {
  acceptCounterLoss?: boolean;
  dropVolumes?: boolean;
  dryRun?: boolean;
}

const head = `levitate lifts a running Linux device off its own flash, rewrites the flash while nothing stands on it,
and sets the device down in the new system.

The main job in one command:
  levitate deploy profiles/router.yaml root@192.168.1.1 layout=new-image.ubi.gz
`;

const tail = `
Until the first byte is written, every failure and every silence ends with the device back in its old system.
After it, the device stays in maintenance, reachable, and the same command again carries on.

Exit status: 0 done · 1 a bug · 2 bad input · 3 refused by a check, nothing touched · 4 device in its old system
· 5 device in maintenance, run the same command again · 6 the device does not answer, or not as expected

Not on a terminal, or with --json, every command prints one JSON object a line; the README names the fields.`;

/** The command line: words to operations. Operations are loaded when they run, so that --help is quick. */
export function createProgram(): Command {
  const program = new Command('levitate')
    .description(head)
    .addHelpText('after', tail)
    .exitOverride()
    .showHelpAfterError('(levitate --help tells more)')
    .helpCommand(false);

  const command = (usage: string, description: string): Command =>
    program
      .command(usage)
      .description(description)
      .option('--json', 'one JSON object a line, also on a terminal');
  const remote = (usage: string, description: string): Command =>
    command(usage, description).option(
      '-F, --ssh-config <file>',
      'ssh_config file in place of your own',
    );
  const writing = (usage: string, description: string): Command =>
    remote(usage, description)
      .option('--accept-counter-loss', 'let unreadable erase counters be averaged or zeroed')
      .option('--drop-volumes', 'let UBI volumes go that the image does not hold')
      .option('--dry-run', 'check everything and change nothing');

  command('build <profile>', 'build the archive of a profile')
    .requiredOption('-o, --output <file>', 'where the archive goes')
    .option('--manifest <file>', "write every file's SHA-256 and origin as JSON")
    .action(async (profile: string, options: Shared & { output: string; manifest?: string }) => {
      const { build } = await import('../operations/build.js');
      const { output, manifest } = options;
      await run(
        'build',
        isJson(options),
        async (emit) => {
          const { manifest: _, ...result } = await build(
            { profile, output, ...given({ manifest }) },
            emit,
          );
          return result;
        },
        summary.build,
      );
    });

  remote(
    'install <profile> [host]',
    'put archive and hook onto a device, or into a root file system being built',
  )
    .option('--root <dir>', 'a root file system being built, in place of a host')
    .action(
      async (profile: string, host: string | undefined, options: Shared & { root?: string }) => {
        const { install } = await import('../operations/install.js');
        await run(
          'install',
          isJson(options),
          (emit) => install(profile, place(host, options), emit),
          summary.install,
        );
      },
    );

  remote('uninstall [host]', 'take away what install has put there')
    .option('--root <dir>', 'a root file system being built, in place of a host')
    .action(async (host: string | undefined, options: Shared & { root?: string }) => {
      const { uninstall } = await import('../operations/install.js');
      await run(
        'uninstall',
        isJson(options),
        (emit) => uninstall(place(host, options), emit),
        summary.uninstall,
      );
    });

  remote(
    'enter <host> [profile]',
    'take a device into maintenance; with a profile, nothing need be installed',
  )
    .option('--dry-run', 'show the preflight and change nothing')
    .action(
      async (host: string, profile: string | undefined, options: Shared & { dryRun?: boolean }) => {
        const { enter } = await import('../operations/enter.js');
        const call = {
          ...connection(host, options),
          ...given({ profile, dryRun: options.dryRun }),
        };
        await run(
          'enter',
          isJson(options),
          (emit, signal) => enter(call, emit, signal),
          summary.enter,
        );
      },
    );

  remote(
    'status <host>',
    'where the device is: normal, armed, maintenance with its journal, unreachable',
  ).action(async (host: string, options: Shared) => {
    const { status } = await import('../operations/status.js');
    await run(
      'status',
      isJson(options),
      () => status(connection(host, options)),
      summary.status,
      ({ where }) => (where === 'unreachable' ? exitStatus.unknownState : exitStatus.done),
    );
  });

  writing(
    'flash <host> <target=image...>',
    'write images to targets of a device in maintenance, and read back',
  ).action(async (host: string, pairs: string[], options: Shared & Consents) => {
    const { flash } = await import('../operations/flash.js');
    const call = { ...connection(host, options), images: imagesOf(pairs), ...consents(options) };
    await run('flash', isJson(options), (emit, signal) => flash(call, emit, signal), summary.flash);
  });

  remote('leave <host>', 'reboot, wait, and confirm the system that comes up')
    .option('--expect-build <build>', 'the build that the new system must report')
    .option('--anyway', 'although something was written that was not read back whole')
    .action(async (host: string, options: Shared & { expectBuild?: string; anyway?: boolean }) => {
      const { leave } = await import('../operations/leave.js');
      const { expectBuild, anyway } = options;
      const call = { ...connection(host, options), ...given({ expectBuild, anyway }) };
      await run(
        'leave',
        isJson(options),
        (emit, signal) => leave(call, emit, signal),
        summary.leave,
      );
    });

  writing('deploy <profile> <host> <target=image...>', 'enter, flash and leave: the main job')
    .option('--expect-build <build>', 'the build that the new system must report')
    .action(
      async (
        profile: string,
        host: string,
        pairs: string[],
        options: Shared & Consents & { expectBuild?: string },
      ) => {
        const { deploy } = await import('../operations/deploy.js');
        const call = {
          ...connection(host, options),
          profile,
          images: imagesOf(pairs),
          ...consents(options),
          ...given({ expectBuild: options.expectBuild }),
        };
        await run(
          'deploy',
          isJson(options),
          (emit, signal) => deploy(call, emit, signal),
          summary.deploy,
        );
      },
    );
  return program;
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Only what was given: an option that nobody wrote is absent, not undefined. */
const given = <T extends Record<string, unknown>>(options: T): Given<T> =>
  Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Given<T>;

const isJson = ({ json }: Shared): boolean => json ?? false;

const consents = ({ acceptCounterLoss, dropVolumes, dryRun }: Consents) =>
  given({ acceptCounterLoss, dropVolumes, dryRun });

const connection = (host: string, { sshConfig, json }: Shared) => ({
  host,
  interactive: process.stdin.isTTY && !json,
  ...given({ sshConfig }),
});

function place(host: string | undefined, options: Shared & { root?: string }) {
  if ((host === undefined) === (options.root === undefined)) {
    throw new LevitateError('USAGE', 'give either a host or --root DIR');
  }
  return options.root === undefined ? connection(host ?? '', options) : { root: options.root };
}

/** `TARGET=IMAGE` words as an object. */
function imagesOf(pairs: string[]): Record<string, string> {
  const images: Record<string, string> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const target = pair.slice(0, at);
    if (at <= 0 || at === pair.length - 1) {
      throw new LevitateError('USAGE', `'${pair}' is not of the form TARGET=IMAGE`);
    }
    if (target in images) throw new LevitateError('USAGE', `the target ${target} is named twice`);
    images[target] = pair.slice(at + 1);
  }
  return images;
}
