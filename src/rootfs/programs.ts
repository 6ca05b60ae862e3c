import { mtdPrograms, ubiPrograms } from '../flash/programs.js';
import { targetOf, type TargetSpec } from '../flash/target.js';
import type { Profile } from '../profile/profile.js';
import type { ProgramRequest } from '../sources/source.js';
import { applets, neededApplets } from './applets.js';
import { dropbearFeatures } from './dropbear.js';

/** The programs of mtd-utils that the flasher calls, whatever the target. */
const mtdUtils = [...ubiPrograms, ...mtdPrograms].filter(({ optional }) => !optional);

/** Names in `root.tools` that stand for several programs. */
const toolSets: Record<string, string[]> = {
  'mtd-utils': [
    ...mtdUtils.map(({ name }) => name),
    ...['ubinfo', 'ubimkvol', 'ubirmvol', 'ubirename', 'mtdinfo'],
    ...['flashcp', 'nandwrite', 'nandtest', 'mtd_debug'],
  ],
  e2fsprogs: ['mke2fs', 'mkfs.ext4', 'e2fsck', 'resize2fs', 'tune2fs', 'dumpe2fs'],
  dosfstools: ['mkfs.fat', 'mkfs.vfat', 'fsck.fat'],
};

/** Every program beyond busybox's applets that services, targets and tools ask for; the first reason stays. */
export function programsOf(profile: Profile): ProgramRequest[] {
  const requests: ProgramRequest[] = [
    {
      name: 'busybox',
      reason: 'base',
      applets: [...neededApplets, ...unpackers(profile)],
    },
    // Only env of coreutils can clear the signal mask of PID 1. Where a source lacks it, the mask stays as it is.
    { name: 'env', package: 'coreutils', reason: 'base', optional: true },
    { name: 'dropbear', reason: 'service sshd', features: dropbearFeatures },
    ...['dropbearkey', 'dropbearconvert'].map((name) => ({ name, reason: 'service sshd' })),
    ...(profile.services.wifi ? [{ name: 'wpa_supplicant', reason: 'service wifi' }] : []),
    ...Object.entries(profile.targets).flatMap(([name, spec]) =>
      targetPrograms(`target ${name}`, spec),
    ),
    ...profile.root.tools.flatMap(toolPrograms),
  ];
  const unique = new Map<string, ProgramRequest>();
  for (const request of requests) {
    if (!unique.has(request.name)) unique.set(request.name, request);
  }
  return [...unique.values()];
}

/** The names of the programs that the root of a profile has beyond busybox's applets, files of the profile among them. */
export const programNames = (profile: Profile): string[] => [
  ...programsOf(profile).flatMap(({ name, optional }) => (optional ? [] : [name])),
  ...Object.keys(profile.root.files).flatMap(
    (path) => /^(?:\/usr)?\/s?bin\/([^/]+)$/.exec(path)?.[1] ?? [],
  ),
];

/** A profile that lists further tools, those that its root has already left out. */
export function withTools(profile: Profile, tools: string[]): Profile {
  const has = new Set(programNames(profile));
  const added = tools.filter((name) => !has.has(name));
  const { root } = profile;
  return added.length === 0
    ? profile
    : { ...profile, root: { ...root, tools: [...root.tools, ...added] } };
}

/** Names the applets that the busybox needs besides, because it unpacks the archive on a device that is entered. */
const unpackers = ({ archive }: Profile): string[] => (archive.compression === 'xz' ? ['xz'] : []);

/** The programs of a target's kind, and of those of the parts that it keeps. */
function targetPrograms(reason: string, spec: TargetSpec): ProgramRequest[] {
  const { kind, parts } = targetOf(spec);
  const kinds = new Set([kind, ...parts.map((part) => part.kind)]);
  return [...kinds].flatMap(({ programs }) => programs.map((program) => ({ ...program, reason })));
}

function toolPrograms(tool: Profile['root']['tools'][number]): ProgramRequest[] {
  if (typeof tool === 'object') {
    const reason = `tool ${tool.package}`;
    return tool.programs.map((name) => ({ name, reason, package: tool.package }));
  }
  const inBusybox: readonly string[] = Object.values(applets).flat();
  if (inBusybox.includes(tool)) return [];
  return (toolSets[tool] ?? [tool]).map((name) => ({ name, reason: `tool ${tool}` }));
}
