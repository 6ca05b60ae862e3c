import { openRunning, type Connection } from '../device/connect.js';
import type { Transport } from '../device/transport.js';
import { LevitateError } from '../errors.js';
import type { Profile, SourceSpec } from '../profile/profile.js';
import { debianSource, type DebianOptions } from '../sources/debian/debian.js';
import { deviceTree } from '../sources/device.js';
import { mixedSource, type NamedSource } from '../sources/mixed.js';
import type { Source } from '../sources/source.js';
import { sysrootTree } from '../sources/sysroot.js';
import { treeSource } from '../sources/tree-source.js';

export interface OpenSources {
  source: Source;
  /** Ends the connection to the device, if there was one. */
  close: () => Promise<void>;
}

/**
 * Opens the sources of a profile, as one.
 * @param device the device that `device` in `root.from` means
 * @throws LevitateError USAGE, SOURCE_FAILED
 */
export async function openSources(
  profile: Profile,
  debian: Omit<DebianOptions, 'arch' | 'release'>,
  device?: Connection,
): Promise<OpenSources> {
  let connection: Promise<Transport> | undefined;
  const open = async (spec: SourceSpec): Promise<NamedSource> => {
    if (spec.kind === 'debian') {
      const { release } = spec;
      const source = await debianSource({ ...debian, arch: profile.arch, release });
      return { name: ['debian', release ?? []].flat().join(' '), source };
    }
    if (spec.kind === 'device' && debian.pins?.offline) throw lockedOut();
    if (spec.kind === 'device' && !device) throw withoutDevice();
    const tree =
      spec.kind === 'sysroot'
        ? sysrootTree(spec.folder, spec.name)
        : deviceTree(device!.host, () => (connection ??= openRunning(device!)));
    return { name: tree.name, source: treeSource(tree) };
  };
  const parts: NamedSource[] = [];
  for (const spec of profile.root.from) parts.push(await open(spec));
  return {
    source: mixedSource(parts, debian.warn),
    close: async () => {
      const transport = await connection?.catch(() => undefined);
      await transport?.close();
    },
  };
}

const withoutDevice = (): LevitateError =>
  new LevitateError('USAGE', '`root.from` names the device, and no device is given', {
    hint: 'Name it: levitate build PROFILE -o FILE --from-device HOST.',
  });

const lockedOut = (): LevitateError =>
  new LevitateError('USAGE', '`root.from` names the device, whose files no lock pins', {
    hint: 'Build without --locked, or take the files from a sysroot.',
  });
