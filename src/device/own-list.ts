import { LevitateError } from '../errors.js';
import type { Transport } from '../ssh/transport.js';
import { lastLineOf } from './hook.js';
import { runScript } from './run-script.js';

/**
 * Asks an OpenWrt which files its own sysupgrade would keep (`sysupgrade -l`): what /etc/sysupgrade.conf and its packages name.
 * Nothing on the device changes.
 * @returns absolute paths, each once, and none that lies in another one of them
 * @throws LevitateError KEEP_REFUSED; what `exec` throws
 */
export async function ownList(transport: Transport, signal?: AbortSignal): Promise<string[]> {
  const { stdout, stderr, code } = await runScript(transport, 'sysupgrade -l', {
    timeoutMs: 120_000,
    ...(signal ? { signal } : {}),
  });
  const listed = stdout.toString('utf8').split('\n').filter(isPath);
  if (code !== 0 || listed.length === 0)
    throw new LevitateError(
      'KEEP_REFUSED',
      code === 0
        ? 'the sysupgrade of the device lists no files that it would keep'
        : `the device does not tell what its sysupgrade would keep: sysupgrade -l ended with status ${code}: ${lastLineOf(stderr)}`,
      { hint: 'Name the files under flash.keep.paths in place of flash.keep.list.' },
    );
  const all = new Set(listed);
  return [...all].filter((path) => !foldersOf(path).some((folder) => all.has(folder)));
}

/** What the archive of kept files can name: absolute, and nothing of it leads upwards. */
const isPath = (line: string): boolean =>
  line.length <= 4000 && /^(\/(?!\.{1,2}(\/|$))[^/]+)+$/.test(line);

/** The folders that a path lies in, but for the root. */
const foldersOf = (path: string): string[] =>
  path
    .split('/')
    .slice(2)
    .map((_, index) =>
      path
        .split('/')
        .slice(0, index + 2)
        .join('/'),
    );
