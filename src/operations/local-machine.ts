import { rm, writeFile } from 'node:fs/promises';
import * as os from 'node:os';
import { join } from 'node:path';
import { temporaryFolder, temporaryParent, unusable } from '../shared/user-folders.js';
import { checkSessions, refuseSharedSessions } from '../device/session.js';

/**
 * Checks, before a device is asked for anything, that levitate can store on this machine what it has to store.
 * @param keeps whether the entry of a device will be stored, or only read
 * @throws LevitateError FOLDER_UNUSABLE
 */
export async function checkLocalMachine(keeps: 'entries' | 'nothing'): Promise<void> {
  const folder = await temporaryFolder();
  try {
    await writeFile(join(folder, 'trial'), Buffer.alloc(65536)).catch((error: unknown) => {
      throw unusable(temporaryParent(folder), error);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  await (keeps === 'entries' ? checkSessions() : refuseSharedSessions());
}

/**
 * Names the user and the machine, for a device to show to others, as one string without blanks.
 * @param system gives the user and the name of the machine
 */
export const thisUser = (
  env: NodeJS.ProcessEnv = process.env,
  system: Pick<typeof os, 'hostname' | 'userInfo'> = os,
): string => `${withoutBlanks(userName(env, system))}@${withoutBlanks(system.hostname())}`;

function userName(env: NodeJS.ProcessEnv, { userInfo }: Pick<typeof os, 'userInfo'>): string {
  try {
    return userInfo().username;
  } catch {
    // In many containers, the user has no entry in the password database.
    return env['USER'] ?? env['LOGNAME'] ?? `uid-${process.getuid?.() ?? ''}`;
  }
}

const withoutBlanks = (text: string): string =>
  text.replace(/[^\w.+-]+/g, '-').slice(0, 64) || 'unknown';
