import { posix } from 'node:path';
import { LevitateError } from '../errors.js';
import { busyboxPath } from '../sources/applet-names.js';
import { rootPath } from '../shared/root-path.js';
import type { Source, SourceFile } from '../sources/source.js';
import { assemble } from './assemble.js';
import { appletLinks } from './busybox.js';
import { file, symlink, type Entry } from './entry.js';
import { libraryClosure } from './library-closure.js';
import { moduleEntries } from './kernel-modules.js';
import type { RootPlan } from './plan.js';

/** Reads a regular file of this machine: its bytes, and whether its owner may execute it. */
export type ReadHostFile = (path: string) => Promise<{ bytes: Uint8Array; executable: boolean }>;

/**
 * Fetches everything that a plan asks for, and makes the complete list of entries, each with its bytes.
 * @throws LevitateError as `Source.programs`, `libraryClosure` and `moduleEntries` do; TOOL_MISSING also for a script's
 * interpreter.
 */
export async function resolveRoot(
  plan: RootPlan,
  source: Source,
  readHostFile: ReadHostFile,
): Promise<Entry[]> {
  const planned = await Promise.all(plan.entries.map((entry) => withBytes(entry, readHostFile)));
  const programs = await source.programs(plan.programs);
  const files = programs.map(({ found }) => found.file);
  const dependents = [
    ...files,
    ...planned.flatMap((entry) => {
      const bytes = bytesOf(entry);
      return bytes ? [{ path: entry.path, bytes, unit: undefined }] : [];
    }),
  ];
  const libraries = await libraryClosure(dependents, plan.profile.arch, source);

  const busybox = files.find(({ path }) => path === busyboxPath);
  if (!busybox)
    throw new LevitateError('TOOL_MISSING', `the source has no ${busyboxPath}`, {
      hint: 'Every root needs it: add a source that has it, such as root.from: [sysroot, debian].',
    });
  const names = new Set(programs.map(({ request }) => request.name));
  const entries = assemble([
    ...appletLinks(busybox.bytes, busybox.origin, names),
    ...libraries.map((library) => sourceEntry(library.file, `library of ${library.neededBy}`)),
    ...programs.flatMap(({ request, found }) => [
      sourceEntry(found.file, request.reason),
      ...found.aliases.map((alias) =>
        symlink(alias, found.file.path, { origin: found.file.origin, reason: request.reason }),
      ),
    ]),
    ...(await moduleEntries(plan.profile, source)),
    ...planned,
  ]);
  checkInterpreters(entries);
  return entries;
}

const sourceEntry = ({ path, bytes, origin }: SourceFile, reason: string): Entry =>
  file(path, { bytes }, { mode: 0o755, origin, reason });

async function withBytes(entry: Entry, readHostFile: ReadHostFile): Promise<Entry> {
  if (entry.kind !== 'file' || 'bytes' in entry.content) return entry;
  const { bytes, executable } = await readHostFile(entry.content.hostFile);
  // These folders hold keys, and the programs that use them refuse files that others can read.
  const secret = /^\/(root|etc\/dropbear|etc\/wpa_supplicant)\//.test(entry.path);
  const mode = (executable ? 0o755 : 0o644) & (secret ? 0o700 : 0o777);
  return { ...entry, mode, content: { bytes } };
}

const bytesOf = (entry: Entry): Uint8Array | undefined =>
  entry.kind === 'file' && 'bytes' in entry.content ? entry.content.bytes : undefined;

/** Refuses a script whose interpreter is not in the root; on the device it would fail as "not found". */
function checkInterpreters(entries: Entry[]): void {
  const paths = new Set(entries.map(({ path }) => path));
  for (const entry of entries) {
    const start = Buffer.from(bytesOf(entry)?.subarray(0, 256) ?? []).toString('latin1');
    const interpreter = /^#!\s*(\/\S+)/.exec(start)?.[1];
    if (interpreter === undefined || paths.has(rootPath(interpreter))) continue;
    const name = posix.basename(interpreter);
    throw new LevitateError(
      'TOOL_MISSING',
      `${entry.path} is a script for ${interpreter}, which the root lacks`,
      {
        hint: `Add ${name} under root.tools, or leave ${posix.basename(entry.path)} out.`,
        data: { path: entry.path, interpreter },
      },
    );
  }
}
