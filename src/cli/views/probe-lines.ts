import type { ProbedFacts, ProbeResult } from '../../operations/probe/probe.js';
import type { Check } from '../../progress.js';
import { formatBytes } from '../../shared/format-bytes.js';
import { plainName } from '../../shared/plain-name.js';
import { quote } from '../../shared/shell-quote.js';
import { commandLines } from './command-lines.js';
import { checkLines } from './format.js';
import { wrapped } from './wrapped.js';

/** What a probe found, for people: the facts, the preflight, and where the profile is. */
export const probeLines = (
  { host, facts, brought, wanted, checks, profile, profileOut }: ProbeResult,
  columns = Infinity,
): string[] => [
  ...rows(facts, brought, wanted).flatMap(([title, lines]) =>
    lines.flatMap((line, index) =>
      wrapped(`  ${(index === 0 ? title : '').padEnd(13)} `, line, columns),
    ),
  ),
  '  preflight',
  ...checks.flatMap((check) => checkLines(check, columns)),
  ...(profileOut !== undefined
    ? [
        `The profile is in ${profileOut}. Read it.`,
        ...commandLines(['Then', `levitate enter ${host} ${quote(profileOut)} --dry-run`]),
      ]
    : profile !== undefined
      ? nextLines(host, checks)
      : ['No profile can be written for this device as it is.']),
];

/** An image alone finds its place; somebody who wants to choose it begins with a profile. */
const nextLines = (host: string, checks: Check[]): string[] =>
  checks.some(({ verdict }) => verdict === 'refusal')
    ? ['It cannot be entered as it is: the rows marked REFUSED say what to do.']
    : commandLines(
        ['Re-image it (asks before it overwrites)', `levitate deploy ${host} IMAGE`],
        ['Or have a profile first', `levitate probe ${host} --profile-out device.yaml`],
      );

const rows = (
  facts: ProbedFacts,
  brought: string[],
  wanted: string[] | undefined,
): [string, string[]][] => [
  ['device', [`${facts.hostname}, ${facts.compatible.join(' | ') || 'names no board'}`]],
  [
    'system',
    [
      `${facts.machine}, Linux ${facts.kernel}${facts.state === 'maintenance' ? ', in maintenance' : ''}`,
    ],
  ],
  ['init', [initLine(facts)]],
  ['memory', [`${amount(facts.memoryAvailable)} of ${amount(facts.memoryTotal)} available`]],
  ['network', facts.interfaces.filter(({ name }) => name !== 'lo').map(interfaceLine)],
  ['ssh', [sshLine(facts)]],
  ['root', rootLines(facts)],
  ['flash', [...mtdLines(facts), ...diskLines(facts)]],
  ['swap', facts.swaps.map(plainName)],
  ['watchdog', watchdogLines(facts)],
  ['consoles', facts.consoles.length > 0 ? [facts.consoles.join(', ')] : []],
  wanted === undefined
    ? ['brought', [brought.join(' ') || 'nothing is missing']]
    : ['from sysroot', [wanted.join(' ') || 'nothing is missing']],
  ['levitate', [installedLine(facts)]],
];

const amount = (known: number | undefined): string =>
  known === undefined ? '(not told)' : formatBytes(known);

function initLine(found: ProbedFacts): string {
  const { init, initVersion, initProgram, initRoot, initRefusals, initWay } = found;
  const name = `${init}${initVersion ? ` ${initVersion}` : ''} (${initProgram || 'not to be seen'})`;
  return init === 'unknown' || initRefusals.length > 0 || !initRoot
    ? `${name}, no way out of it: see below`
    : `${name}, steps over to ${initRoot}${initWay && ` ${initWay}`}`;
}

const interfaceLine = (one: ProbedFacts['interfaces'][number]): string =>
  [
    `${one.name} (${one.kind}, ${one.state})`,
    one.addresses.join(', ') || 'no address',
    ...(one.addresses.length > 0 ? [one.dhcp ? 'by DHCP' : 'static'] : []),
    ...(one.master ? [`part of ${one.master}`] : []),
    ...(one.ssh ? ['SSH comes in here'] : []),
  ].join(', ');

const sshLine = ({ sshServer, sshPort, hostKeys }: ProbedFacts): string =>
  `${sshServer ?? 'unknown server'}, port ${sshPort ?? 'unknown'}, host keys: ${hostKeys.join(' ') || 'none found'}`;

const rootLines = ({ mounted }: ProbedFacts): string[] =>
  mounted
    .filter(({ point }) => point === '/')
    .map(({ device, type, readOnly }) => `${device} (${type}, ${mode(readOnly)})`);

const mode = (readOnly: boolean): string => (readOnly ? 'read-only' : 'writable');

const mountsOf = ({ mounted }: ProbedFacts, ...devices: string[]): string =>
  mounted
    .filter(({ device }) => devices.includes(device))
    .map(({ point, type, readOnly }) => `, on ${plainName(point)} (${type}, ${mode(readOnly)})`)
    .join('');

const mtdLines = (facts: ProbedFacts): string[] =>
  facts.mtds.flatMap(({ device, name, size, eraseSize }) => {
    const type = facts.mtdTypes[device] ?? 'unknown type';
    const ubis = facts.ubis.filter(({ mtd }) => mtd === device);
    return [
      `${device} "${name}", ${formatBytes(size)}, ${type}, eraseblocks of ${formatBytes(eraseSize)}${mountsOf(facts, `mtd:${name}`, `mtdblock${device.slice(3)}`)}`,
      ...ubis.flatMap((ubi) => [
        `  ${ubi.device}`,
        ...facts.ubiVolumes
          .filter((volume) => volume.device.startsWith(`${ubi.device}_`))
          .map(
            (volume) =>
              `    ${volume.device} "${volume.name}", ${formatBytes(volume.size)}${mountsOf(facts, volume.device, `${ubi.device}:${volume.name}`)}`,
          ),
      ]),
    ];
  });

const diskLines = (facts: ProbedFacts): string[] =>
  facts.disks.map(
    ({ device, parent, label, size, readOnly }) =>
      `${parent ? '  ' : ''}${device}${label ? ` "${label}"` : ''}, ${formatBytes(size)}${readOnly ? ', read-only' : ''}${mountsOf(facts, device)}`,
  );

const watchdogLines = ({ watchdogs }: ProbedFacts): string[] =>
  watchdogs.length === 0
    ? ['none']
    : watchdogs.map(({ device, identity, state, timeout, nowayout, feeder }) =>
        [
          `${device} (${identity || 'unnamed'})`,
          state || 'state unknown',
          `${timeout || '?'} s`,
          ...(nowayout ? ['nowayout'] : []),
          feeder ? `fed by ${feeder.name} (pid ${feeder.pid})` : 'nobody has it open',
        ].join(', '),
      );

const installedLine = ({ installed }: ProbedFacts): string =>
  installed
    ? `installed, ${formatBytes(installed.size)}, sha256 ${installed.sha256}`
    : 'not installed';
