import { posix } from 'node:path';
import { isCode, LevitateError } from '../errors.js';
import { appletNames, busyboxPath } from './applet-names.js';
import { unique } from './loader.js';
import type { KernelModules, ProgramRequest, Source, SourceFile, SourceProgram } from './source.js';

/** A source and its name for messages. */
export interface NamedSource {
  /** For messages: `debian`, `sysroot ./staging`, `device root@192.168.1.1`. */
  name: string;
  source: Source;
}

interface Found {
  request: ProgramRequest;
  found: SourceProgram;
}

/**
 * Several sources as one. A program comes from the first source that has it, and its libraries come from the same
 * source. A busybox without the applets that are required counts as missing.
 * @param inDebian whether Debian could give what is missing
 */
export function mixedSource(
  parts: NamedSource[],
  warn: (message: string) => void,
  inDebian = true,
): Source {
  const placed = new Map<string, { file: SourceFile; part: number }>();

  /** Marks a file with its part, and refuses two files of different parts for one name or one path. */
  function taken(file: SourceFile, part: number, as: string): SourceFile {
    const before = placed.get(as);
    if (before && before.part !== part && !Buffer.from(before.file.bytes).equals(file.bytes))
      throw conflict(as, before.file, file);
    if (!before) placed.set(as, { file, part });
    return { ...file, unit: `${part} ${file.unit}` };
  }

  const partOf = (unit: string | undefined): { part: number; unit: string } | undefined => {
    const [, part, inner] = /^(\d+) (.*)$/s.exec(unit ?? '') ?? [];
    return part === undefined ? undefined : { part: Number(part), unit: inner! };
  };

  return {
    kernels: (kernel) => mixedKernels(parts, kernel),
    searched(unit, name) {
      const known = partOf(unit);
      return known
        ? parts[known.part]!.source.searched(known.unit, name)
        : parts.map(({ source }) => source.searched(undefined, name)).join(' and ');
    },
    async programs(requests) {
      const accepted = new Map<string, Found>();
      const poor: { program: string; text: string }[] = [];
      let busyboxFrom: number | undefined;
      for (const [part, { name, source }] of parts.entries()) {
        const open = requests.filter((request) => !accepted.has(request.name));
        // What is only optional brings no source in, and so need not be looked for.
        if (open.every(({ optional }) => optional)) break;
        const last = part === parts.length - 1;
        const answers = await source.programs(
          open.map((request) => (last ? request : { ...request, optional: true })),
        );
        let gives = false;
        for (const { request, found } of inOrder(answers, open)) {
          const { file } = found;
          const lack = lackOf(request, file.bytes);
          if (lack !== undefined) {
            poor.push({ program: request.name, text: `${request.name} of ${name} ${lack}` });
            continue;
          }
          if (request.name === 'busybox') busyboxFrom = part;
          // The program is a link to a busybox that is not the one of the root.
          else if (file.path === busyboxPath && busyboxFrom !== part) continue;
          // An optional program must not be the only one that brings in another C library.
          else if (request.optional && !gives) continue;
          else gives = true;
          const own = { ...found, file: taken(file, part, file.path) };
          accepted.set(request.name, { request, found: own });
        }
      }
      const absent = requests.filter(({ name, optional }) => !accepted.has(name) && !optional);
      if (absent.length > 0) {
        const texts = poor.map(({ text }) => text);
        throw missing(absent, texts, parts, inDebian);
      }
      for (const { program, text } of poor) {
        const { unit } = accepted.get(program)!.found.file;
        warn(`${text}: it is taken from ${parts[partOf(unit)!.part]!.name}`);
      }
      return requests.flatMap(({ name }) => accepted.get(name) ?? []);
    },
    async library(name, directories, unit) {
      const known = partOf(unit);
      for (const [part, { source }] of parts.entries()) {
        if (known && known.part !== part) continue;
        const file = await source.library(name, directories, known?.unit);
        if (file) return taken(file, part, posix.basename(name));
      }
      return undefined;
    },
    async loaderDirectories(loader) {
      const known = partOf(loader?.unit);
      if (loader && known)
        return parts[known.part]!.source.loaderDirectories({ ...loader, unit: known.unit });
      const all = await Promise.all(parts.map(({ source }) => source.loaderDirectories(undefined)));
      return {
        search: unique(all.flatMap(({ search }) => search)),
        builtIn: unique(all.flatMap(({ builtIn }) => builtIn)),
      };
    },
  };
}

/** Says for people what a program was built without; a program that lacks something required counts as missing. */
function lackOf({ applets = [], features = [] }: ProgramRequest, bytes: Uint8Array) {
  const names = applets.length > 0 ? appletNames(bytes) : new Set<string>();
  const absent = applets.filter((applet) => !names.has(applet));
  if (absent.length > 0) return `has no applet ${absent.join(', ')}`;
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const without = features.filter(({ texts }) => !texts.some((text) => content.includes(text)));
  if (without.length === 0) return undefined;
  return `was built without ${without.map(({ name }) => name).join(', ')}`;
}

/**
 * Gives the modules of one kernel from each source. Where no kernel is named, it is that of the first source that has
 * any.
 */
async function* mixedKernels(
  parts: NamedSource[],
  kernel: string | undefined,
): AsyncGenerator<KernelModules> {
  const refusals: LevitateError[] = [];
  let asked = kernel;
  for (const { source } of parts) {
    try {
      for await (const found of source.kernels(asked)) {
        asked ??= found.release;
        yield found;
      }
    } catch (error) {
      if (!isCode(error, 'KERNEL_UNKNOWN') && !isCode(error, 'PACKAGE_MISSING')) throw error;
      refusals.push(error);
    }
  }
  // A source that had the kernel, but not all modules, has an error of its own.
  if (refusals.length < parts.length) return;
  throw new LevitateError('KERNEL_UNKNOWN', refusals.map(({ message }) => message).join('; '), {
    hint: refusals.flatMap(({ hint }) => hint ?? [])[0] ?? '',
  });
}

/** Sorts the answers: busybox first, on which others depend, and the optional programs last. */
function inOrder(answers: Found[], requests: ProgramRequest[]): Found[] {
  const rank = ({ request: { name, optional } }: Found) =>
    name === 'busybox' ? 0 : optional ? 2 : 1;
  return answers
    .map(({ request, found }) => ({
      request: requests.find(({ name }) => name === request.name)!,
      found,
    }))
    .sort((a, b) => rank(a) - rank(b));
}

function conflict(name: string, first: SourceFile, second: SourceFile): LevitateError {
  const text = `${name} is there in two versions: ${first.path} of ${first.origin} and ${second.path} of ${second.origin}`;
  return new LevitateError('LIBRARY_CONFLICT', text, {
    hint: 'Take all dynamic programs from one source, or static ones from the other.',
    data: { name, origins: [first.origin, second.origin] },
  });
}

function missing(
  absent: ProgramRequest[],
  poor: string[],
  parts: NamedSource[],
  inDebian: boolean,
): LevitateError {
  const sources = parts.map(({ name }) => name);
  const names = absent.map(({ name, reason }) => `${name} (${reason})`);
  const text = [`${sources.join(' and ')} cannot give ${names.join(', ')}`, ...poor].join('; ');
  const hint =
    inDebian && !sources.some((name) => name.startsWith('debian'))
      ? 'Debian has them: make root.from a list with debian in it.'
      : 'Add a source that has them to root.from.';
  return new LevitateError('TOOL_MISSING', text, {
    hint,
    data: { tools: absent.map(({ name }) => name) },
  });
}
