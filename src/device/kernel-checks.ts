import { targetOf } from '../flash/target.js';
import type { Profile } from '../profile/profile.js';
import type { Check } from '../progress.js';
import type { Facts } from './facts.js';
import { moduleName, releaseOf, type CarriedModule } from './module-list.js';

/** What the maintenance root needs of the kernel that will run it. */
export interface KernelNeed {
  profile: Profile;
  /** What the archive brings. */
  modules: CarriedModule[];
}

/** Whether the kernel has what the maintenance root stands on; what nobody could know of it counts as there. */
export function kernelCheck(facts: Facts, need: KernelNeed): Check {
  const { refusals, warnings } = wanting(facts, need);
  const found = [...refusals, ...warnings];
  if (found.length === 0)
    return { name: 'kernel', verdict: 'ok', found: `${facts.kernel} has what is needed` };
  return {
    name: 'kernel',
    verdict: refusals.length > 0 ? 'refusal' : 'warning',
    found: found.map(([what]) => what).join('; '),
    advice: [...new Set(found.map(([, advice]) => advice))].join(' '),
  };
}

type Finding = [what: string, advice: string];

function wanting(
  facts: Facts,
  { profile, modules }: KernelNeed,
): { refusals: Finding[]; warnings: Finding[] } {
  const { fileSystems, packetSockets, ubi, mtdNodes } = facts.features;
  const refusals: Finding[] = [];
  const warnings: Finding[] = [];
  const { modules: asked, carriedModules } = profile.root;
  const coming = new Set(
    [...asked, ...(carriedModules?.names ?? []), ...modules.map(({ path }) => path)].map(
      moduleName,
    ),
  );
  const lacks = (type: string) => fileSystems.length > 0 && !fileSystems.includes(type);
  const build = 'Build the kernel of the device with it.';

  if (lacks('tmpfs')) refusals.push(['the kernel has no tmpfs', build]);
  const mounted = facts.mounts.some(({ point }) => point === '/dev');
  if (lacks('devtmpfs') && (facts.init === 'kexec' || !mounted)) {
    const why =
      facts.init === 'kexec' ? 'a kernel that starts anew has no other' : '/dev is no mount';
    refusals.push([`the kernel has no devtmpfs, and ${why} to take along`, build]);
  }
  if (lacks('devpts')) {
    warnings.push(['the kernel has no devpts: a login gets commands, but no terminal', build]);
  }
  const needed = new Set(
    Object.values(profile.targets).flatMap((spec) => targetOf(spec).kind.kernel),
  );
  const onUbi = needed.has('ubi');
  const bring = (name: string) => `Load ${name} on the device, or name it under root.modules.`;
  if (onUbi && !ubi && !coming.has('ubi')) {
    refusals.push(['the kernel has no UBI now (/sys/class/ubi)', bring('ubi')]);
  }
  for (const name of needed)
    if (name !== 'ubi' && lacks(name) && !coming.has(name))
      refusals.push([
        `the kernel does not know ${name} now, which is to be made for a tree`,
        bring(name),
      ]);
  // Whichever module brings a flash, brings the nodes along: its name cannot be told.
  if (onUbi && !mtdNodes && coming.size === 0) {
    refusals.push(['the kernel has no MTD character devices now', bring('mtd')]);
  }
  const { network } = profile.services;
  if (!packetSockets && !coming.has('af_packet') && typeof network !== 'object') {
    const finding: Finding = [
      'the kernel has no packet sockets, so DHCP can be asked for nothing',
      bring('af_packet'),
    ];
    (network === 'dhcp' ? refusals : warnings).push(finding);
  }
  return { refusals, warnings };
}

/** Whether the kernel modules of the profile can be loaded into the kernel that runs. */
export function modulesCheck(facts: Facts, { profile, modules }: KernelNeed): Check {
  const name = 'modules';
  const { features } = facts;
  const refuse = (found: string, advice: string): Check => ({
    ...{ name, verdict: 'refusal', found, advice },
  });
  const loaded = new Set(features.modules.map(moduleName));
  const asked = profile.root.modules.filter((one) => !loaded.has(moduleName(one)));
  if (asked.length > 0 && !features.modprobe) {
    return refuse(
      `the device has no modprobe to load ${asked.join(', ')} with`,
      'Bring them: root.modules: { names: […] }.',
    );
  }
  const foreign = modules.map(({ path }) => releaseOf(path)).find((one) => one !== facts.kernel);
  if (foreign !== undefined) {
    return refuse(
      `the archive has modules of kernel ${foreign}, the device runs ${facts.kernel}`,
      'Name the kernel of the device under root.modules.kernel, or leave that out where the device gives the modules.',
    );
  }
  const absent = modules
    .filter(({ path, required }) => required && !loaded.has(moduleName(path)))
    .map(({ path }) => moduleName(path));
  if (absent.length > 0 && !features.moduleSupport) {
    return refuse(`the kernel loads no modules: ${absent.join(', ')}`, 'Leave root.modules out.');
  }
  if (absent.length > 0 && features.modulesDisabled) {
    return refuse(
      `the kernel was told to load no more modules (kernel.modules_disabled is 1): ${absent.join(', ')}`,
      'Load them while the device boots, before it forbids that.',
    );
  }
  if (absent.length > 0 && features.modulesSigned) {
    return {
      ...{
        name,
        verdict: 'warning',
        found: `the kernel takes signed modules only: ${absent.join(', ')}`,
      },
      advice: 'They must be signed with a key that it knows; the rehearsal will tell.',
    };
  }
  const all = [...profile.root.modules, ...modules.map(({ path }) => moduleName(path))];
  const named = all.length > 0 ? all : (profile.root.carriedModules?.names ?? []);
  const found = named.length === 0 ? 'none are asked for' : `${named.join(', ')} can be loaded`;
  return { name, verdict: 'ok', found };
}
