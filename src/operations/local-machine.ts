import { rm, writeFile } from 'node:fs/promises';
import * as os from 'node:os';
import { join } from 'node:path';
import { temporaryFolder, temporaryParent, unusable } from '../shared/user-folders.js';
import { checkSessions, refuseSharedSessions } from '../device/session.js';

/**
 * Finds out, before a device is asked for anything, whether this machine lets levitate keep what it has to keep.
 * @param keeps whether the entry of a device will be kept, or only read
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
 * Who works from which machine, for a device to name to others: one word without blanks.
 * @param system what knows the user and the machine
 */
export const thisUser = (
  env: NodeJS.ProcessEnv = process.env,
  system: Pick<typeof os, 'hostname' | 'userInfo'> = os,
): string => `${word(userName(env, system))}@${word(system.hostname())}`;

function userName(env: NodeJS.ProcessEnv, { userInfo }: Pick<typeof os, 'userInfo'>): string {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry in the password database, as in many containers.
    return env['USER'] ?? env['LOGNAME'] ?? `uid-${process.getuid?.() ?? ''}`;
  }
}

const word = (text: string): string => text.replace(/[^\w.+-]+/g, '-').slice(0, 64) || 'unknown';
