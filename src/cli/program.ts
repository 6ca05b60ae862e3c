import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { exitStatus, LevitateError } from '../errors.js';
import { addBuild } from './build-command.js';
import { err, out } from './output.js';
import { checkWords } from './roles.js';
import { run } from './run.js';
import { summary } from './summary.js';
import {
  connection,
  consents,
  given,
  imagesOf,
  isJson,
  lockedOf,
  lockedOption,
  place,
  stepView,
  sysrootOption,
  type Consents,
  type Locked,
  type Shared,
  type Step,
} from './options.js';

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
· 7 done, but what it printed could not be written

Not on a terminal, or with --json, every command prints one JSON object a line; docs/reference/events.md names the fields.`;

const version = (): string => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
};

/** The command line: words to operations. Operations are loaded when they run, so that --help is quick. */
export function createProgram(): Command {
  const program = new Command('levitate')
    .description(head)
    .addHelpText('after', tail)
    .version(version(), '--version', 'print the version, which the archive names as well')
    .exitOverride()
    .configureOutput({ writeOut: out.text, writeErr: err.text })
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
      .option('--dry-run', 'check everything and change nothing')
      .addHelpText(
        'after',
        '\nAn image is FILE, or raw:FILE for its bytes as they are; FILE#sha256=HEX says what FILE must be.',
      );

  addBuild(remote('build <profile>', 'build the archive of a profile'));

  remote(
    'probe <host> [profile]',
    'what a device is, whether it could be entered, and a profile that fits; changes nothing',
  )
    .option('--profile-out <file>', 'write the profile that fits; FILE must not exist yet')
    .action(
      async (
        host: string,
        profile: string | undefined,
        options: Shared & { profileOut?: string },
      ) => {
        checkWords('probe', { host, profile });
        const { probe } = await import('../operations/probe/probe.js');
        const call = {
          ...connection(host, options),
          ...given({ profile, profileOut: options.profileOut }),
        };
        await run(
          'probe',
          isJson(options),
          (progress) => probe(call, progress),
          summary.probe,
          ({ checks }) =>
            checks.some(({ verdict }) => verdict === 'refusal')
              ? exitStatus.refused
              : exitStatus.done,
        );
      },
    );

  remote(
    'install <profile> [host]',
    'put archive and hook onto a device, or into a root file system being built',
  )
    .option('--root <dir>', 'a root file system being built, in place of a host')
    .option(...sysrootOption)
    .option(...lockedOption)
    .option(
      '--depfile <file>',
      'with --root: write what was installed depends on, as a rule for make',
    )
    .option('-q, --quiet', 'print nothing but warnings and errors')
    .action(
      async (
        profile: string,
        host: string | undefined,
        options: Shared & Step & Locked & { root?: string },
      ) => {
        const { depfile, locked, sysroot } = options;
        if (depfile !== undefined && options.root === undefined)
          throw new LevitateError('USAGE', '--depfile goes with --root DIR', {
            hint: 'What goes onto a running device is no step of a build.',
          });
        checkWords('install', { profile, host });
        const where = place(host, options);
        const { install } = await import('../operations/install.js');
        await run(
          'install',
          stepView(options),
          (progress) =>
            install({ profile, place: where, ...given({ depfile, locked, sysroot }) }, progress),
          summary.install,
        );
      },
    );

  remote('uninstall [host]', 'take away what install has put there')
    .option('--root <dir>', 'a root file system being built, in place of a host')
    .action(async (host: string | undefined, options: Shared & { root?: string }) => {
      checkWords('uninstall', { host });
      const where = place(host, options);
      const { uninstall } = await import('../operations/install.js');
      await run(
        'uninstall',
        isJson(options),
        (progress) => uninstall({ place: where }, progress),
        summary.uninstall,
      );
    });

  remote(
    'enter <host> [profile]',
    'take a device into maintenance; with a profile, nothing need be installed',
  )
    .option('--dry-run', 'show the preflight and change nothing')
    .option(...lockedOption)
    .action(
      async (
        host: string,
        profile: string | undefined,
        options: Shared & Locked & { dryRun?: boolean },
      ) => {
        checkWords('enter', { host, profile });
        const { enter } = await import('../operations/enter/enter.js');
        const call = {
          ...connection(host, options),
          ...given({ profile, dryRun: options.dryRun }),
          ...lockedOf(profile, options),
        };
        await run('enter', isJson(options), (progress) => enter(call, progress), summary.enter);
      },
    );

  remote(
    'status <host>',
    'where the device is: normal, armed, maintenance with its journal, unreachable',
  ).action(async (host: string, options: Shared) => {
    checkWords('status', { host });
    const { status } = await import('../operations/status.js');
    await run(
      'status',
      isJson(options),
      (progress) => status(connection(host, options), progress),
      summary.status,
      ({ where }) => (where === 'unreachable' ? exitStatus.unknownState : exitStatus.done),
    );
  });

  writing(
    'flash <host> <target=image...>',
    'write images to targets of a device in maintenance, and read back',
  ).action(async (host: string, pairs: string[], options: Shared & Consents) => {
    checkWords('flash', { host, pairs });
    const { flash } = await import('../operations/flash/flash.js');
    const call = { ...connection(host, options), images: imagesOf(pairs), ...consents(options) };
    await run('flash', isJson(options), (progress) => flash(call, progress), summary.flash);
  });

  remote('leave <host>', 'reboot, wait, and confirm the system that comes up')
    .option('--expect-build <build>', 'the build that the new system must report')
    .option('--force', 'although something was written that was not read back whole')
    .action(async (host: string, options: Shared & { expectBuild?: string; force?: boolean }) => {
      checkWords('leave', { host });
      const { leave } = await import('../operations/leave/leave.js');
      const { expectBuild, force } = options;
      const call = { ...connection(host, options), ...given({ expectBuild, force }) };
      await run('leave', isJson(options), (progress) => leave(call, progress), summary.leave);
    });

  writing('deploy <profile> <host> <target=image...>', 'enter, flash and leave: the main job')
    .option('--expect-build <build>', 'the build that the new system must report')
    .option(...lockedOption)
    .action(
      async (
        profile: string,
        host: string,
        pairs: string[],
        options: Shared & Consents & Locked & { expectBuild?: string },
      ) => {
        checkWords('deploy', { profile, host, pairs });
        const { deploy } = await import('../operations/deploy.js');
        const call = {
          ...connection(host, options),
          profile,
          images: imagesOf(pairs),
          ...consents(options),
          ...given({ expectBuild: options.expectBuild, locked: options.locked }),
        };
        await run('deploy', isJson(options), (progress) => deploy(call, progress), summary.deploy);
      },
    );
  return program;
}
