import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fs from 'fs-extra';
import type { ArchiveInfo } from '../../archive/read.js';
import { installFolder } from '../../device/hook.js';
import { LevitateError, reasonOf } from '../../errors.js';
import { warn, type Run } from '../../progress.js';
import type { Parts } from './parts.js';
import { trialInits } from './trial-inits.js';
import { startTrialTimer, stopTrialTimer, trialParts, trialProgram } from './trial-timer.js';

/**
 * Installs into a root file system that is being built: all of it, or nothing. Where the profile has slots, the trial timer comes along.
 * @returns whether anything changed; false where the same archive was there already
 * @throws LevitateError OUTPUT_FAILED
 */
export async function intoFolder(
  root: string,
  parts: Parts,
  info: ArchiveInfo,
  run: Run,
): Promise<boolean> {
  const folder = await folderIn(root);
  const mark = join(folder, 'archive.sha256');
  const fresh = `${folder}.new`;
  // An installation that was killed may have left this folder, which must not get into an image of the root.
  await fs.remove(fresh);
  if ((await fs.pathExists(mark)) && (await readFile(mark, 'utf8')).trim() === info.sha256)
    return false;
  try {
    // A folder that is made here must be readable for everybody, whatever the umask is.
    const lib = dirname(folder);
    if ((await mkdir(lib, { recursive: true })) !== undefined) await fs.chmod(lib, 0o755);
    await fs.mkdir(fresh);
    const all = { ...parts, ...(await trialParts(info.profile)) };
    for (const [name, { bytes, mode }] of Object.entries(all)) {
      await fs.outputFile(join(fresh, name), bytes, { mode });
      await fs.chmod(join(fresh, name), mode);
    }
    await fs.chmod(fresh, 0o755);
    await fs.remove(folder);
    await fs.move(fresh, folder);
    if (!info.profile.boot) await stopTrialTimer(root);
    else if (!(await startTrialTimer(root)))
      warn(
        run,
        `${root} has no init system that levitate knows (${trialInits.map(({ name }) => name).join(', ')}): what it starts at a boot has to run ${trialProgram} start. Without that, a new slot which comes up and cannot be reached stays.`,
      );
  } catch (cause) {
    await fs.remove(fresh);
    throw new LevitateError(
      'OUTPUT_FAILED',
      `the archive could not be put into ${root}: ${reasonOf(cause)}`,
      {
        cause,
        hint: 'It must be a folder that you may write to, on a disk with room for the archive.',
      },
    );
  }
  return true;
}

/**
 * Removes an installation from a root file system, and what a killed one has left.
 * @returns whether there was one
 * @throws LevitateError OUTPUT_FAILED
 */
export async function outOfFolder(root: string): Promise<boolean> {
  const folder = await folderIn(root);
  const there = await fs.pathExists(join(folder, 'archive.sha256'));
  await fs.remove(`${folder}.new`);
  if (there) {
    await fs.remove(folder);
    await stopTrialTimer(root);
  }
  return there;
}

async function folderIn(root: string): Promise<string> {
  const folder = join(root, installFolder);
  if (await fs.pathExists(join(root, 'usr'))) {
    const above = await fs.realpath(dirname(folder)).catch(() => undefined);
    const whole = await fs.realpath(root);
    if (above === undefined || above.startsWith(`${whole}/`) || whole === '/') return folder;
    throw new LevitateError(
      'OUTPUT_FAILED',
      `usr/lib of ${root} is a link out of it, to ${above}`,
      {
        hint: 'Name the root file system itself with --root, or make the link one that stays in it.',
      },
    );
  }
  throw new LevitateError(
    'OUTPUT_FAILED',
    `${root} does not look like a root file system: it has no usr`,
    {
      hint: 'Name the folder that becomes / on the device.',
    },
  );
}
