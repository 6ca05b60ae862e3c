import path from 'node:path';
import { loadSession, saveSession, type Session } from '../../device/session.js';
import { reasonOf } from '../../errors.js';
import { imageArgument } from '../../image/request.js';
import { warn, type Run } from '../../progress.js';
import { wholeName } from '../../shared/target-name.js';
import type { TargetImage } from '../prepare.js';

/**
 * Notes in the entry which image is about to be written to which target: after a cut, `status` and `leave` then name the command
 * that carries on. Where that cannot be noted, the person is told, and the write goes on.
 */
export async function noteImages(session: Session, images: TargetImage[], run: Run): Promise<void> {
  const noted = images.map(([target, { path: file, raw, within }]) => [
    wholeName(target),
    imageArgument({ path: path.resolve(file), raw: raw && !within }),
  ]);
  session.images = { ...session.images, ...(Object.fromEntries(noted) as Record<string, string>) };
  try {
    // What is kept may name another ssh_config than this command does.
    const kept = await loadSession(session.host);
    if (kept?.entryId === session.entryId) await saveSession({ ...kept, images: session.images });
  } catch (error) {
    warn(run, `Which image goes where could not be noted: ${reasonOf(error)}.`);
  }
}
