import type { Facts } from '../../device/facts.js';
import { isPlaceholder } from '../../device/identity.js';
import { memberTargets } from '../../flash/member-targets.js';
import { neededTools, needingTools } from '../../device/storage-check.js';
import type { ProbeFacts } from '../../device/probe-facts.js';
import type { Architecture } from '../../profile/schema.js';
import { estimatedRootBytes, workingBytes } from '../../rootfs/ram.js';
import { isInDebian, releaseFor } from '../../sources/debian/release.js';
import { said, scalar } from './draft-text.js';
import { getty, network, watchdog } from './service-drafts.js';
import type { TargetDraft } from './target-draft.js';
import { draftTargets } from './target-drafts.js';
import { sanitised } from './target-names.js';

const mebi = 1024 * 1024;

/** Gives the architecture of a device as profiles name it; undefined where it has none of those. Pure. */
export function debianArchitectureOf(
  { machine, byteOrder }: Facts,
  probed: ProbeFacts,
): Architecture | undefined {
  if (/^i[3-6]86$/.test(machine)) return 'i686';
  // Debian's armhf wants VFPv3 (ArmHardFloatPort); Cortex-A9 routers without it exist.
  if (/^armv[78]l$/.test(machine)) {
    return probed.cpuFeatures.some((name) => /^(vfpv[34]|vfpd32|asimd)/.test(name))
      ? 'armv7'
      : 'armv5';
  }
  if (/^armv[56]/.test(machine) && machine.endsWith('l')) return 'armv5';
  if (machine === 'mips' || machine === 'mips64') {
    if (byteOrder === undefined) return undefined;
    return byteOrder === 'big' ? machine : `${machine}el`;
  }
  const same = ['x86_64', 'aarch64', 'riscv64', 'ppc64le', 's390x'] as const;
  return same.find((name) => name === machine);
}

/**
 * Gives the text of a profile that fits the device, with what was found as comments; it is valid as it is. Pure.
 * @param places the places on the flash, of which those without a caution are targets
 * @param hostKey whether the new system is to be known by the host key of the old one
 */
export function draftProfile(
  arch: Architecture,
  facts: Facts,
  probed: ProbeFacts,
  places: TargetDraft[] = draftTargets(facts, probed),
  hostKey: 'same' | 'changes' = 'same',
): string {
  return [
    `# Written by levitate probe from ${said(facts.hostname || 'a device')}. Read it before it is used.`,
    '',
    `name: ${scalar(sanitised(facts.hostname) || 'device')}`,
    `arch: ${arch} # ${said(facts.machine)}, Linux ${said(facts.kernel)}`,
    '',
    ...identity(facts),
    '',
    '# Programs that services and targets need come along by themselves.',
    'root:',
    ...programs(arch),
    ...tools(facts),
    '',
    'services:',
    ...network(probed),
    '  # The maintenance system takes the port and the host keys of the device, so that ssh knows it, and lets those keys in',
    '  # that log in as this user today. Where the device has no such keys, your own come along.',
    '  sshd: { port: keep, host-keys: keep, authorized-keys: [keep] }',
    ...watchdog(facts),
    ...getty(probed),
    '',
    '# Until the first write, a device that nobody contacts goes back to its old system.',
    'safety:',
    '  contact-timeout: 3m',
    '  idle-timeout: 30m',
    `  ram-reserve: ${reserve(facts)}${facts.memoryTotal ? ` # of ${Math.round(facts.memoryTotal / mebi)} MiB` : ''}`,
    '',
    ...flash(places),
    '',
    ...confirm(probed, hostKey),
    '',
  ].join('\n');
}

function programs(arch: Architecture): string[] {
  if (!isInDebian(arch))
    return [
      `  # There is no Debian for ${arch}. Without a ready root the device gives what it has, and a sysroot the rest:`,
      '  # from: [{ sysroot: ./staging }, device]',
      '  from: [ready, device]',
    ];
  const release = releaseFor(arch);
  return release === undefined
    ? ['  from: [ready, debian]']
    : [`  from: [ready, { debian: ${release} }] # not every release has ${arch}`];
}

function tools(facts: Facts): string[] {
  const needed = neededTools(facts);
  if (needed.length === 0) return [];
  return [
    `  # Takes apart ${said(needingTools(facts))} before anything is written.`,
    `  tools: ${scalar(needed)}`,
  ];
}

function identity({ compatible }: Facts): string[] {
  const names = compatible.filter((name) => /^[^\x00-\x1f]+$/.test(name) && !isPlaceholder(name));
  const [first, ...others] = [...new Set(names)];
  if (first === undefined) {
    return [
      '# The device tells no name of its board, so levitate cannot refuse other ones:',
      '# be sure that this is the right device each time.',
      '# device: { compatible: [] }',
    ];
  }
  return [
    '# Refuses every other kind of device.',
    'device:',
    `  compatible: ${scalar([first])}`,
    ...(others.length > 0
      ? [`  # It also names itself ${said(others.join(' | '))}; other boards may share these.`]
      : []),
  ];
}

/**
 * Gives the `ram-reserve`: a sixteenth of the RAM, rounded up to a power of two, between 4 and 64 MiB; less, down to 1
 * MiB, where there is no more.
 */
function reserve({ memoryTotal = 0, memoryAvailable = 0, init }: Facts): string {
  const share = Math.min(64, Math.max(4, memoryTotal / mebi / 16));
  const left = (memoryAvailable - estimatedRootBytes - workingBytes(init)) / mebi;
  let mib = 2 ** Math.ceil(Math.log2(share));
  while (left >= 1 && mib > left) mib /= 2;
  return `${mib}MiB`;
}

function flash(places: TargetDraft[]): string[] {
  const lines = places.flatMap(({ name, about, spec, caution }) => {
    const entry = spec && `${scalar(name)}: ${scalar(spec)}`;
    const comment = [`    # ${entry && !caution ? '' : `${name}: `}${said(about)}`];
    if (caution) comment.push(`    # NOT a target: ${said(caution)}`);
    if (!entry) return comment;
    return [...comment, `    ${caution ? '# ' : ''}${entry}`];
  });
  const some = places.some(({ spec, caution }) => spec && !caution);
  const openwrt = places.find(({ spec, caution }) => spec && !caution && memberTargets(spec));
  const keep = openwrt
    ? [
        "  # What the device's own sysupgrade would keep; without it the new system begins with its defaults.",
        `  keep: ${scalar({ list: 'sysupgrade', into: openwrt.name })}`,
      ]
    : [];
  return some
    ? ['flash:', '  targets:', ...lines, ...keep]
    : ['# Nothing was found that levitate could write to.', ...lines.map((line) => line.trim())];
}

function confirm({ buildFile }: ProbeFacts, hostKey: 'same' | 'changes'): string[] {
  const build = ['  build:', `    read: ${scalar(['cat', buildFile ?? '/etc/build-id'])}`];
  const lines = [
    ...(hostKey === 'same'
      ? []
      : [
          '  # The image is the whole system: it makes host keys of its own.',
          '  host-key: changes',
        ]),
    ...(buildFile === undefined ? [] : build),
  ];
  return [
    ...(buildFile === undefined
      ? ['# A command whose first line names the build lets levitate confirm the new system:']
      : ['# The new system is confirmed when it reports its build.']),
    lines.length > 0 ? 'confirm:' : '# confirm:',
    ...lines,
    ...(buildFile === undefined ? build.map((line) => `# ${line}`) : []),
  ];
}
