import { identityOf } from '../../device/identity.js';
import type { Facts } from '../../device/facts.js';
import { stageOf } from '../../device/hook.js';
import {
  isSameDevice,
  keptArchive,
  loadKept,
  noteKept,
  saveKept,
} from '../../device/kept-files.js';
import { ownList } from '../../device/own-list.js';
import { saveFiles } from '../../device/save-files.js';
import { LevitateError } from '../../errors.js';
import type { KeepSpec } from '../../profile/profile.js';
import { inform, inPhase, warn, type Run } from '../../progress.js';
import { formatBytes } from '../../shared/format-bytes.js';
import { onOneLine } from './keep.js';
import type { Transport } from '../../ssh/transport.js';

/**
 * Saves what is to be kept of a running system on this machine, by the helper of its staged root. Where an earlier entry has saved
 * it, and its write has not ended, that stays what is kept: what runs now may be half a system.
 * @throws LevitateError KEEP_REFUSED, FOLDER_UNUSABLE, what connecting throws
 */
export const saveForKeep = (
  running: Transport,
  facts: Facts,
  { host, entryId, keep }: { host: string; entryId: string; keep: KeepSpec },
  run: Run,
): Promise<void> =>
  inPhase(run, 'keep', async () => {
    const device = identityOf(facts);
    const before = await loadKept(host);
    if (before?.kept.state === 'writing') {
      if (!isSameDevice(before.kept.device, device)) throw onlyCopy(host);
      await noteKept({ ...before.kept, entryId, carried: true });
      warn(
        run,
        `What was saved of ${host} at ${before.kept.at} is still kept, because the write after it has not ended. To save anew, remove ${keptArchive(host)}.`,
      );
      return;
    }
    const root = keep.mountedAt;
    const listed = keep.list === undefined ? [] : await ownList(running, run.signal);
    const kept = [...keep.paths, ...listed.filter(isElsewhere(keep)).map(notRequired)];
    const paths = kept.map(({ path }) => path);
    const saved = await saveFiles(running, stageOf(facts), { root, paths }, run.signal);
    const absent = saved.absent.flatMap((at) => kept[at] ?? []);
    const missing = absent.find(({ required }) => required);
    if (missing)
      throw new LevitateError(
        'KEEP_REFUSED',
        `${onOneLine(missing.path)}, which flash.keep requires, is not on the device`,
      );
    for (const { path } of absent) inform(run, `keep: ${onOneLine(path)} is not on the device.`);
    const { archive, entries, bytes, sha256 } = saved;
    const at = new Date().toISOString();
    const known = {
      version: 1,
      host,
      entryId,
      device,
      at,
      state: 'saved',
      carried: false,
    } as const;
    await saveKept({ ...known, entries, sha256 }, archive);
    inform(
      run,
      `keep: ${entries} files and folders, ${formatBytes(bytes)}, are saved in ${keptArchive(host)}.`,
    );
  });

/** Whether a path is none of those that the profile names, and lies in none of them. */
const isElsewhere =
  ({ paths }: KeepSpec) =>
  (one: string): boolean =>
    !paths.some(({ path }) => one === path || one.startsWith(`${path}/`));

const notRequired = (path: string) => ({ path, required: false });

/** The error where saving would take the place of the only copy of files of another device. */
const onlyCopy = (host: string): LevitateError =>
  new LevitateError(
    'KEEP_REFUSED',
    `${keptArchive(host)} is the only copy of files of another device, which was ${host} before and whose write has not ended`,
    { hint: 'Move it away, with the .json beside it; tar(1) reads it.' },
  );
