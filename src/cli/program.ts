import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitMeanings } from '../exit-status.js';
import { packageFolder } from '../shared/package-files.js';
import { CliCommand } from './cli-command.js';
import { addBridge } from './commands/bridge.js';
import { addBuild } from './commands/build.js';
import { addCompletion } from './commands/completion.js';
import { addConfirm } from './commands/confirm.js';
import { addDeploy } from './commands/deploy.js';
import { addDoctor } from './commands/doctor.js';
import { addEnter } from './commands/enter.js';
import { addFleet } from './commands/fleet.js';
import { addFlash } from './commands/flash.js';
import { addHelp } from './commands/help.js';
import { addImage } from './commands/image.js';
import { addInstall } from './commands/install.js';
import { addLeave } from './commands/leave.js';
import { addMigrate } from './commands/migrate.js';
import { addProbe } from './commands/probe.js';
import { addRescue } from './commands/rescue.js';
import { addRollback } from './commands/rollback.js';
import { addSlots } from './commands/slots.js';
import { addStatus } from './commands/status.js';
import { addUninstall } from './commands/uninstall.js';
import { addWear } from './commands/wear.js';
import { err, out } from './output.js';
import { programOf } from './views/pasteable.js';

const version = (): string => {
  const text = readFileSync(join(packageFolder(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
};

/** Where a wrong call is explained, as a command to paste. */
const moreIn = (words: string): string => `(${words} --help tells more)`;

/** Assembles the command line. Operations are loaded when they run, so that --help is quick. */
export function createProgram(): CliCommand {
  const program = new CliCommand('levitate')
    .description(
      'levitate lifts a running Linux device off its own flash, rewrites the flash while nothing stands on it, and sets the device down in the new system.',
    )
    .version(version(), '--version', 'print the version, which the archive names as well')
    .exitOverride()
    .configureOutput({
      writeOut: out.text,
      writeErr: err.text,
      // A wrong call has a code as every other error has one.
      outputError: (text, write) => write(text.replace(/^error:/, 'USAGE:')),
    })
    .showHelpAfterError(moreIn(programOf(process.env)))
    .helpCommand(false)
    .example(
      'levitate deploy root@192.168.1.1 profiles/router-ubi.yaml layout=new.ubi.gz',
      'the whole way in one command',
    )
    .detail(
      'Until the first byte is written, every failure and every silence ends with the device back in its old system. After it, the device stays in maintenance, reachable, and the same command again carries on.',
    )
    .detail(
      `Exit status: ${Object.entries(exitMeanings)
        .map(([status, meaning]) => `${status} ${meaning}`)
        .join(' · ')}`,
    )
    .detail(
      'With --json, every command but help and completion prints one JSON object a line; `levitate help events` names the fields.',
    );
  for (const add of [
    addDeploy,
    addProbe,
    addDoctor,
    addImage,
    addBuild,
    addInstall,
    addUninstall,
    addEnter,
    addFlash,
    addLeave,
    addMigrate,
    addStatus,
    addSlots,
    addConfirm,
    addRollback,
    addWear,
    addRescue,
    addFleet,
    addBridge,
    addHelp,
    addCompletion,
  ])
    add(program);
  for (const command of program.commands)
    command.showHelpAfterError(moreIn(`${programOf(process.env)} ${command.name()}`));
  return program;
}
