import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LevitateError } from '../../../errors.js';
import { cannotWrite, writePrivateJson } from '../../../shared/atomic-file.js';
import type { ActionFeedback } from './feedback.js';

/** What is kept on disk of the last action of a device, so that a restart neither repeats nor forgets it. */
export interface ActionRecord {
  /** The number of the action. */
  action: string;
  /** `began` until the first write was allowed, `writing` from then on, `ended` once its outcome is known. */
  stage: 'began' | 'writing' | 'ended';
  /** The names of what was told on the way; each is told once, because hawkBit takes only so many for an action. */
  said: string[];
  /** The last feedback, once the action has ended. */
  outcome?: ActionFeedback;
  /** Whether the server has that feedback, or does not want it any more. */
  told?: boolean;
}

const recordPath = (folder: string, controller: string): string =>
  join(folder, 'actions', `${encodeURIComponent(controller)}.json`);

/**
 * What is kept of the last action of a device; undefined where it had none.
 * @throws LevitateError FOLDER_UNUSABLE for what is no such record: without it, a finished action might be done again
 */
export async function readRecord(
  folder: string,
  controller: string,
): Promise<ActionRecord | undefined> {
  const path = recordPath(folder, controller);
  try {
    return JSON.parse(await readFile(path, 'utf8')) as ActionRecord;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new LevitateError('FOLDER_UNUSABLE', `${path} cannot be read`, {
      cause,
      hint: 'It says which action of the device was the last one. Look at the action in hawkBit; then remove the file.',
    });
  }
}

/**
 * Keeps what has become of an action; it is on the disk when this ends.
 * @throws LevitateError OUTPUT_FAILED
 */
export async function keepRecord(
  folder: string,
  controller: string,
  record: ActionRecord,
): Promise<void> {
  const path = recordPath(folder, controller);
  await writePrivateJson(path, record).catch((error: unknown) => {
    throw cannotWrite(path, error);
  });
}
