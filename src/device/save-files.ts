import { LevitateError } from '../errors.js';
import { shellWord } from '../shared/shell-quote.js';
import { sha256 } from '../shared/sha256.js';
import type { Transport } from '../ssh/transport.js';
import { lastLineOf, type Stage } from './hook.js';
import { runScript } from './run-script.js';

/** Bytes of the contents of all files that are kept of a device at most. */
const mostBytes = 32 * 1024 * 1024;

/** Files of a running system, as its staged helper has saved them. */
export interface SavedFiles {
  /** The files, a tar. */
  archive: Buffer;
  /** How many files, folders and links there are. */
  entries: number;
  /** Bytes of their contents. */
  bytes: number;
  /** SHA-256 of the archive. */
  sha256: string;
  /** Which of the paths are not there, by their places in the list. */
  absent: number[];
}

/**
 * Reads files of a running system with all that is known of them: owners, modes, extended attributes, links. The helper of the
 * staged root does it, because few devices have a tar that keeps attributes. Nothing on the device changes.
 * @param root the folder that the names in the archive count from
 * @param paths absolute, below that folder
 * @throws LevitateError KEEP_REFUSED; what `exec` throws
 */
export async function saveFiles(
  transport: Transport,
  stage: Stage,
  { root, paths }: { root: string; paths: string[] },
  signal?: AbortSignal,
): Promise<SavedFiles> {
  const helper = `${stage.root}/usr/lib/levitate/helper`;
  const words = [helper, 'keep-save', String(mostBytes), root, ...paths];
  const answer = await runScript(transport, words.map(shellWord).join(' '), {
    timeoutMs: 600_000,
    // Names, modes and attributes come besides.
    maxBytes: 2 * mostBytes,
    ...(signal ? { signal } : {}),
  });
  const { stdout: archive, stderr, code } = answer;
  const [, entries, bytes, length, digest] =
    /^levitate-keep saved (\d+) (\d+) (\d+) ([0-9a-f]{64})$/m.exec(stderr) ?? [];
  if (code !== 0 || digest === undefined) throw refused(stderr, code);
  if (archive.length !== Number(length) || sha256(archive) !== digest)
    throw new LevitateError('KEEP_REFUSED', 'the files to keep did not arrive as they were sent', {
      hint: 'A login script that prints while commands run is a usual reason.',
    });
  const absent = [...stderr.matchAll(/^levitate-keep absent (\d+)$/gm)].map(([, at]) => Number(at));
  return { archive, entries: Number(entries), bytes: Number(bytes), sha256: digest, absent };
}

function refused(stderr: string, code: number | null): LevitateError {
  const [, reason] = /^levitate-keep failed (.*)$/m.exec(stderr) ?? [];
  return new LevitateError(
    'KEEP_REFUSED',
    reason ?? `the helper that saves files ended with status ${code}: ${lastLineOf(stderr)}`,
    { data: { status: code } },
  );
}
