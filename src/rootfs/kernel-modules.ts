import { LevitateError, reasonOf } from '../errors.js';
import { moduleListPath, moduleListText } from '../device/module-list.js';
import { Budget } from '../shared/budget.js';
import { compressionOf } from '../image/compression/compression.js';
import { decompressed } from '../image/open.js';
import type { Profile } from '../profile/profile.js';
import type { Architecture } from '../profile/schema.js';
import type { KernelModules, Source } from '../sources/source.js';
import { elfArchitecture, moduleRunsOn } from './architecture.js';
import { file, type Entry } from './entry.js';
import { isElf } from './elf.js';
import { moduleCatalogue, moduleTables } from './module-catalogue.js';
import { orderModules } from './module-order.js';
import { readModuleInfo, type ModuleInfo } from './modinfo.js';

/**
 * Gives the kernel modules that a profile brings along, uncompressed, and the file that lists them. They come from the
 * first source that has all of them for that kernel.
 * @throws LevitateError KERNEL_UNKNOWN, MODULE_UNKNOWN, MODULE_INVALID, WRONG_ARCHITECTURE, and what the source throws
 */
export async function moduleEntries({ arch, root }: Profile, source: Source): Promise<Entry[]> {
  const wanted = root.carriedModules;
  if (!wanted) return [];
  let refusal: LevitateError | undefined;
  for await (const kernel of source.kernels(wanted.kernel)) {
    try {
      return await fromKernel(kernel, wanted.names, arch);
    } catch (error) {
      if (!(error instanceof LevitateError && error.code === 'MODULE_UNKNOWN')) throw error;
      refusal ??= error;
    }
  }
  throw refusal ?? new Error('a source gave no kernel and no reason');
}

async function fromKernel(
  kernel: KernelModules,
  names: string[],
  arch: Architecture,
): Promise<Entry[]> {
  const opened = new Map<string, Opened>();
  const open = async (paths: string[]): Promise<Opened[]> => {
    const fresh = paths.filter((path) => !opened.has(path));
    const files = fresh.length > 0 ? await kernel.read(fresh) : [];
    for (const [index, { path, bytes, origin }] of files.entries())
      opened.set(fresh[index]!, { ...(await openModule(path, bytes)), origin });
    return paths.map((path) => opened.get(path)!);
  };

  const there = new Set(kernel.paths);
  const tables = moduleTables.filter((name) => there.has(name));
  const texts = await kernel.read(tables);
  const catalogue = moduleCatalogue(
    kernel.paths,
    Object.fromEntries(
      tables.map((name, index) => [name, Buffer.from(texts[index]!.bytes).toString('utf8')]),
    ),
  );
  const look = async (paths: string[]) => (await open(paths)).map(({ info }) => info);
  const where = `kernel ${kernel.release} of ${kernel.name}`;
  const modules = await orderModules(names, catalogue, look, where);
  const files = await open(modules.map(({ path }) => path));
  for (const one of files) refuseForeign(one, kernel.release, arch);
  const list = modules.map(({ required }, index) => ({ path: files[index]!.path, required }));
  return [
    ...files.map(({ path, bytes, origin }, index) =>
      file(path, { bytes }, { origin, reason: modules[index]!.reason }),
    ),
    file(moduleListPath, moduleListText(list), { reason: 'kernel modules' }),
  ];
}

interface Opened {
  /** The path of the module in the root. */
  path: string;
  bytes: Uint8Array;
  info: ModuleInfo;
  origin: string;
}

/** Bounds for an uncompressed module, in bytes among others: far more than one has without its debug information. */
const unpackedModule = { bytes: 64 * 1024 * 1024, entries: 1000, names: 64 * 1024 };

/** Decompresses a module on this machine, so that the device needs no program for that. */
async function openModule(stored: string, raw: Uint8Array): Promise<Omit<Opened, 'origin'>> {
  const path = stored.replace(/\.(gz|xz|zst)$/, '');
  try {
    const budget = new Budget(`the module ${stored}`, unpackedModule);
    const bytes = compressionOf(raw) === 'none' ? raw : await decompressed(stored, raw, budget);
    if (!isElf(bytes)) throw new RangeError('it is no ELF file');
    return { path, bytes, info: readModuleInfo(bytes) };
  } catch (error) {
    throw new LevitateError('MODULE_INVALID', `${stored} is damaged: ${reasonOf(error)}`, {
      cause: error,
      hint: 'Install the kernel package or the sysroot anew, or leave the module out of root.modules.',
    });
  }
}

function refuseForeign({ path, info, origin }: Opened, release: string, arch: Architecture): void {
  if (!moduleRunsOn(info.elf, arch)) {
    const actual = elfArchitecture(info.elf);
    const text = `${path} of ${origin} is for ${actual}, the profile is for ${arch}`;
    throw new LevitateError('WRONG_ARCHITECTURE', text, {
      hint: 'Name the kernel of the device.',
      data: { path, actual, expected: arch },
    });
  }
  if (info.release === release) return;
  const text = `${path} of ${origin} was built for kernel ${info.release}, and lies among the modules of ${release}`;
  throw new LevitateError('MODULE_INVALID', text, {
    hint: 'The kernel would refuse it. Build it anew for this kernel.',
    data: { path, release: info.release, expected: release },
  });
}
