import { describeHolder, describeHolders, type Holder } from '../../operations/holders.js';
import type { FlasherStatus, StatusResult } from '../../operations/status.js';
import { durationInWords } from '../../shared/duration.js';
import { quote } from '../../shared/shell-quote.js';
import { wholeName } from '../../shared/target-name.js';
import { commandLines } from './command-lines.js';
import { clock } from './format.js';
import { journalLines } from './journal-lines.js';

/** Where a device is, for people, and what of it waits on this machine. */
export const statusLines = (result: StatusResult): string[] => [
  ...whereLines(result),
  ...(result.keptVolumes ?? []).map(
    ({ target, volumes, at, folder }) =>
      `On this machine wait the volumes of ${target} that were saved at ${at}: ${volumes.join(', ')}, in ${folder}. That may be the only copy. The command that wrote ${target}, given again, puts them back.`,
  ),
];

function whereLines(result: StatusResult): string[] {
  const { host, where, maintenance, incompatible, reason, names = {} } = result;
  if (where === 'unreachable')
    return [
      `${host} does not answer: ${reason ?? ''}`,
      ...commandLines(
        ['Look again', `levitate status ${host}`],
        ['How you get back', 'levitate help recover'],
      ),
    ];
  if (incompatible)
    return [
      `${host} is in maintenance, made by levitate ${incompatible.version}, whose flasher speaks another protocol than this levitate.`,
      'Use that version, or go back.',
      ...commandLines(['Go back', `levitate leave ${host}`]),
    ];
  if (!maintenance) {
    const what = {
      staged: 'a maintenance root is staged',
      armed: 'armed: prepared to step into maintenance',
    };
    return [
      `${host} runs its own system (${result.init ?? 'unknown'} init)${where in what ? `, ${what[where as keyof typeof what]}` : ''}.`,
      ...(result.rebootReason ? [`Before it booted, levitate said: ${result.rebootReason}`] : []),
      ...(result.installed ? [`Installed archive: ${result.installed}`] : []),
      ...commandLines(...fromOwnSystem(result)),
    ];
  }
  return [
    `${host} has been in maintenance (${maintenance.name}) for ${clock(maintenance.seconds)}; ${maintenance.touched ? 'its flash was written to' : 'nothing was written'}.`,
    ...(maintenance.rescue
      ? ['This is the rescue after a power cut, a panic or a reset: its disk was being written.']
      : []),
    ...maintenance.held.map((held) => `  still held: ${describeHolder(held)}`),
    ...maintenance.modules_failed.map((failed) => `  kernel module ${failed}`),
    ...Object.entries(maintenance.holders).map(([target, holders]) => proof(target, holders)),
    ...Object.entries(maintenance.targets).map(
      ([key, state]) => `  ${names[key] ?? key}: ${writes[state] ?? state}`,
    ),
    ...journalLines(result),
    ...(result.goesBackAfterSeconds === undefined
      ? []
      : [
          `Left alone, it goes back to its old system by itself after ${durationInWords(result.goesBackAfterSeconds)}.`,
        ]),
    ...nextLines(result, maintenance),
  ];
}

/** What a person does next with a device in its own system. */
const fromOwnSystem = ({ host, where }: StatusResult): [string, string][] =>
  where === 'normal'
    ? [
        ['See what it is made of', `levitate probe ${host}`],
        ['Re-image it (asks before it overwrites)', `levitate deploy ${host} IMAGE`],
      ]
    : [['Take back what is prepared', `levitate uninstall ${host}`]];

/** What a person does next with a device in maintenance: commands, filled in as far as it is known here. */
function nextLines(
  result: StatusResult,
  { targets, touched, lease, holders }: FlasherStatus,
): string[] {
  const { host, names = {}, images = {} } = result;
  if (lease)
    return [
      `${lease.owner} is writing now, for ${clock(lease.seconds)} already. Leave the device alone until that has ended.`,
      ...commandLines(['See whether it has ended', `levitate status ${host}`]),
    ];
  const state = new Map(Object.entries(targets).map(([key, one]) => [names[key] ?? key, one]));
  const unfinished = [...state].flatMap(([name, one]) => (one === 'verified' ? [] : [name]));
  const written = new Set([...state.keys()].map(wholeName));
  // A cut also ends what was to be written after it.
  const waiting = Object.keys(images).filter((name) => !written.has(name));
  const asked = unfinished.length > 0 ? [...new Set(unfinished.map(wholeName)), ...waiting] : [];
  const pairs = asked.map((name) => {
    const image = images[name];
    return image === undefined ? `${name}=IMAGE` : quote(`${name}=${image}`);
  });
  if (pairs.length > 0)
    return [
      `The write was cut off. ${lastWriterOf(result)} may still be at it: after a cut of the link, a command connects again by itself for two minutes. Where it has ended, carry on by hand.`,
      ...commandLines(['Carry on', `levitate flash ${host} ${pairs.join(' ')}`]),
    ];
  if (touched) return commandLines(['Boot what was written', `levitate leave ${host}`]);
  const [only, ...others] = Object.keys(holders);
  const target = others.length > 0 ? 'TARGET' : (only ?? 'TARGET');
  return commandLines(
    ['Write', `levitate flash ${host} ${target}=IMAGE`],
    ['Go back to the old system', `levitate leave ${host}`],
  );
}

/** Who took the latest lease, as the journal has it. */
function lastWriterOf({ journal = [] }: StatusResult): string {
  const leases = journal.flatMap(({ event }) => /^lease \d+ (.+)$/.exec(event)?.[1] ?? []);
  return leases.at(-1) ?? 'Whoever wrote';
}

/** What became of a place that was written to. */
const writes: Record<string, string> = {
  touched: 'written to, and not read back whole',
  verified: 'written, and read back whole',
};

const proof = (target: string, holders: Holder[] | null): string =>
  `  ${target}: ${holders === null ? 'not on this device, or there more than once' : holders.length === 0 ? 'nothing stands on it' : `in use by ${describeHolders(holders)}`}`;
