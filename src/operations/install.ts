import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, dirname } from 'node:path';
import fs from 'fs-extra';
import { archiveInfo, readEntry, type ArchiveInfo } from '../archive/read.js';
import { interruptible, connectRunning, type Connection } from '../device/connect.js';
import { gatherFacts } from '../device/gather-facts.js';
import {
  archiveName,
  carried,
  installFolder,
  lastLineOf,
  stageOf,
  unstage,
} from '../device/hook.js';
import { moduleListText } from '../device/module-list.js';
import { temporaryFolder } from '../shared/user-folders.js';
import type { Transport } from '../ssh/transport.js';
import { LevitateError, reasonOf } from '../errors.js';
import { loadProfile } from '../profile/load.js';
import { inPhase, type Run } from '../progress.js';
import { workingSetBytes } from '../rootfs/ram.js';
import { buildArchive, forDevice } from './build/build.js';
import { writeDepfile } from './build/depfile.js';
import { stoppable } from './interrupt.js';
import type { LockUse } from './build/lock-use.js';
import type { SourceOptions } from './build/sources.js';

/** A running device, or the folder of a root file system that is being built. */
export type Place = Connection | { root: string };

/** What `install` takes. */
export interface InstallOptions extends Pick<LockUse, 'locked'>, Pick<SourceOptions, 'sysroot'> {
  /** Path of the profile. */
  profile: string;
  /** Where the archive goes. */
  place: Place;
  /** Path of a rule for make to write, for the `archive.sha256` that goes into a root file system. */
  depfile?: string;
}

/** What `install` gives. */
export interface InstallResult {
  /** The host, or the folder of the root file system. */
  place: string;
  /** SHA-256 of the installed archive. */
  sha256: string;
  /** Bytes of the archive. */
  bytes: number;
  /** False when this very archive was there already. */
  changed: boolean;
}

/** What an installation consists of, by file name under `installFolder`. */
type Parts = Record<string, { bytes: Uint8Array; mode: number }>;

/**
 * Builds a profile's archive and puts it, with the busybox that unpacks it, into `/usr/lib/levitate` of a device or
 * of a root file system that is being built. Nothing is armed: the device behaves as before.
 * @throws LevitateError OUTPUT_FAILED, REMOTE_FAILED, NOT_ROOT, and what building throws
 */
export async function install(
  { profile: path, place, depfile, ...options }: InstallOptions,
  run: Run = {},
): Promise<InstallResult> {
  const inputs = new Set<string>();
  const scratch = await temporaryFolder();
  try {
    const profile = forDevice(await loadProfile(path, inputs));
    const archive = join(scratch, archiveName(profile.archive.compression));
    const device = 'root' in place ? {} : { device: place };
    const built = { ...options, ...device, profile: path, output: archive, inputs };
    await buildArchive(profile, built, run);
    const info = await archiveInfo(archive);
    const parts = await partsOf(archive, info);
    const changed = await inPhase(run, 'install', () =>
      'root' in place
        ? intoFolder(place.root, parts, info)
        : stoppable(run.signal, interruption, () => ontoDevice(place, parts, info, run)),
    );
    if (depfile !== undefined && 'root' in place) {
      const mark = join(place.root, installFolder, 'archive.sha256');
      // For make, what was found to be the same is new.
      await fs.utimes(mark, new Date(), new Date());
      await writeDepfile(depfile, mark, inputs);
    }
    return { place: nameOf(place), sha256: info.sha256, bytes: info.storedBytes, changed };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * Takes away what `install` has put there, and whatever is staged or armed on a device.
 * @returns whether anything was there
 */
export async function uninstall(
  { place }: { place: Place },
  run: Run = {},
): Promise<{ place: string; changed: boolean }> {
  const changed = await inPhase(run, 'install', async () => {
    if ('root' in place) {
      const folder = await folderIn(place.root);
      const there = await fs.pathExists(join(folder, 'archive.sha256'));
      await fs.remove(`${folder}.new`);
      if (there) await fs.remove(folder);
      return there;
    }
    return stoppable(run.signal, interruption, () =>
      onDevice(place, run, async (device) => {
        const transport = interruptible(device, run.signal);
        const facts = await gatherFacts(transport);
        if (facts.armed || facts.staged) await unstage(transport, stageOf(facts));
        if (!facts.installed) return facts.armed || facts.staged;
        await runCommand(transport, `rm -rf ${installFolder} && sync`);
        return true;
      }),
    );
  });
  return { place: nameOf(place), changed };
}

const interruption = {
  message: 'interrupted; the archive is installed whole, or not at all',
  hint: 'The same command again carries on.',
};

const nameOf = (place: Place): string => ('root' in place ? place.root : place.host);

const partsOf = async (archive: string, info: ArchiveInfo): Promise<Parts> => ({
  [archiveName(carried(info.profile.archive.compression))]: {
    bytes: await readFile(archive),
    mode: 0o644,
  },
  busybox: { bytes: await readEntry(archive, 'usr/bin/busybox'), mode: 0o755 },
  ...(info.modules.length === 0
    ? {}
    : { modules: { bytes: Buffer.from(moduleListText(info.modules)), mode: 0o644 } }),
  'profile.json': { bytes: await readEntry(archive, 'etc/levitate/profile.json'), mode: 0o644 },
  'archive.size': { bytes: Buffer.from(`${info.ramBytes - workingSetBytes}\n`), mode: 0o644 },
  'archive.sha256': { bytes: Buffer.from(`${info.sha256}\n`), mode: 0o644 },
});

async function folderIn(root: string): Promise<string> {
  const folder = join(root, installFolder);
  if (await fs.pathExists(join(root, 'usr'))) {
    const above = await fs.realpath(dirname(folder)).catch(() => undefined);
    const whole = await fs.realpath(root);
    if (above === undefined || above.startsWith(`${whole}/`) || whole === '/') return folder;
    throw new LevitateError(
      'OUTPUT_FAILED',
      `usr/lib of ${root} is a link out of it, to ${above}`,
      {
        hint: 'Name the root file system itself with --root, or make the link one that stays in it.',
      },
    );
  }
  throw new LevitateError(
    'OUTPUT_FAILED',
    `${root} does not look like a root file system: it has no usr`,
    {
      hint: 'Name the folder that becomes / on the device.',
    },
  );
}

async function intoFolder(root: string, parts: Parts, info: ArchiveInfo): Promise<boolean> {
  const folder = await folderIn(root);
  const mark = join(folder, 'archive.sha256');
  const fresh = `${folder}.new`;
  // A killed one may have left it, and the root may be packed as it is next.
  await fs.remove(fresh);
  if ((await fs.pathExists(mark)) && (await readFile(mark, 'utf8')).trim() === info.sha256)
    return false;
  try {
    // A folder that the root lacks is one that everybody may read, whatever the umask.
    const lib = dirname(folder);
    if ((await mkdir(lib, { recursive: true })) !== undefined) await fs.chmod(lib, 0o755);
    await fs.mkdir(fresh);
    for (const [name, { bytes, mode }] of Object.entries(parts)) {
      await fs.outputFile(join(fresh, name), bytes, { mode });
      await fs.chmod(join(fresh, name), mode);
    }
    await fs.chmod(fresh, 0o755);
    await fs.remove(folder);
    await fs.move(fresh, folder);
  } catch (cause) {
    await fs.remove(fresh);
    throw new LevitateError(
      'OUTPUT_FAILED',
      `the archive could not be put into ${root}: ${reasonOf(cause)}`,
      {
        cause,
        hint: 'It must be a folder that you may write to, on a disk with room for the archive.',
      },
    );
  }
  return true;
}

const ontoDevice = (
  place: Connection,
  parts: Parts,
  info: ArchiveInfo,
  run: Run,
): Promise<boolean> =>
  onDevice(place, run, async (device) => {
    const transport = interruptible(device, run.signal);
    const facts = await gatherFacts(transport);
    if (facts.uid !== 0) {
      throw new LevitateError('NOT_ROOT', `the login on ${place.host} is not root`, {
        hint: `Log in as root: levitate install root@${place.host} PROFILE.`,
      });
    }
    if (facts.state === 'maintenance') {
      throw new LevitateError('PREFLIGHT_REFUSED', `${place.host} is in maintenance`, {
        hint: `Leave first: levitate leave ${place.host}.`,
      });
    }
    if (facts.installed?.sha256 === info.sha256) return false;
    const fresh = `${installFolder}.new`;
    try {
      await runCommand(transport, `rm -rf ${fresh} && mkdir -p ${fresh}`);
      for (const [name, { bytes, mode }] of Object.entries(parts)) {
        await runCommand(
          transport,
          `cat >${fresh}/${name} && chmod ${mode.toString(8)} ${fresh}/${name}`,
          bytes,
        );
      }
      const check = `echo '${info.sha256}  ${fresh}/${archiveName(carried(info.profile.archive.compression))}' | ${fresh}/busybox sha256sum -c -s`;
      await runCommand(
        transport,
        `sync && ${check} && rm -rf ${installFolder} && mv ${fresh} ${installFolder} && sync`,
      );
    } catch (error) {
      await device.exec(`rm -rf ${fresh}`);
      throw error;
    }
    return true;
  });

async function onDevice<T>(
  place: Connection,
  run: Run,
  work: (transport: Transport) => Promise<T>,
): Promise<T> {
  await using running = await connectRunning(place, [], run);
  return await work(running);
}

async function runCommand(
  transport: Transport,
  command: string,
  stdin?: Uint8Array,
): Promise<void> {
  const result = await transport.exec(command, stdin === undefined ? {} : { stdin });
  if (result.code === 0) return;
  throw new LevitateError(
    'REMOTE_FAILED',
    `installing failed on the device: ${lastLineOf(result.stderr)}`,
    {
      hint: 'Is its root file system writable, with room for the archive? levitate enter HOST PROFILE needs no installation.',
    },
  );
}
