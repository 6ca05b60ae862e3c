import { basename } from 'node:path';
import type { OverwritePlan, PlannedOverwrite } from '../../operations/overwrite-plan.js';
import { formatBytes } from '../../shared/format-bytes.js';
import { roughly } from './format.js';
import { wrapped } from './wrapped.js';

/** What a person may answer to agree: the host as they named it, or the name that the device has for itself. */
export const answersTo = ({ host, device }: Asked): string[] =>
  [...new Set([host, device.hostname])].filter((name) => name !== '');

interface Asked {
  host: string;
  device: { hostname: string };
}

/**
 * What a person has to know before they agree to overwrite, on one screen of that many columns.
 * @param now when they are asked
 */
export const overwriteLines = (
  plan: OverwritePlan,
  columns: number,
  now: Date = new Date(),
): string[] => [
  ...planLines(plan, columns, `This overwrites the flash of ${plan.host}:`),
  ...wrapped('', waitsOf(plan, now), columns),
  ...wrapped(
    '',
    `To go on, answer ${answersTo(plan).join(' or ')}; anything else ends here.`,
    columns,
  ),
];

/** The same screen without its question, for who only wants to see what would be asked. */
export const dryOverwriteLines = (plan: OverwritePlan, columns: number): string[] => [
  ...planLines(plan, columns, `This would overwrite the flash of ${plan.host}:`),
  '',
];

function planLines(plan: OverwritePlan, columns: number, heading: string): string[] {
  const row = (label: string, text: string) => wrapped(`${label.padEnd(11)} `, text, columns);
  return [
    '',
    ...wrapped('', heading, columns),
    '',
    ...row('  device', whoOf(plan)),
    ...row('', runsOf(plan)),
    ...plan.writes.flatMap((write) => [
      '',
      ...writeRows(write).flatMap(([label, text]) => row(label, text)),
    ]),
    '',
    ...row('  time', timeOf(plan)),
    '',
    ...wrapped('', `${wayOf(plan)} ${plan.login}`, columns),
  ];
}

/** The time, and what it is counted by. */
function timeOf({ state, time, slots }: OverwritePlan): string {
  const { bytes, bytesPerSecond, seconds, isBound } = time;
  const work = isBound
    ? `the images are compared, sent and read back: ${formatBytes(bytes)}`
    : `${formatBytes(bytes)} are sent and read back`;
  const least = roughly(0);
  const long = roughly(seconds);
  const others =
    state === 'normal' && !slots?.stays ? 'the way into maintenance and the reboot' : 'the reboot';
  return `${isBound && long !== least ? 'at most ' : ''}${long} at ${formatBytes(bytesPerSecond)}/s (${work}), besides ${others}. The speed is assumed: your link and this flash may be slower or faster`;
}

function whoOf({ device: { hostname, model, serial }, address, port }: OverwritePlan): string {
  return [
    hostname || 'it does not tell its name',
    ...(model ? [model] : []),
    ...(serial ? [`serial ${serial}`] : []),
    `at ${address}, SSH port ${port}`,
  ].join(', ');
}

function runsOf({ device: { system, init }, state, touched }: OverwritePlan): string {
  const own = [system, init].filter(Boolean).join(', ') || 'a system that does not tell its name';
  if (state === 'normal') return `runs ${own}`;
  const before = system || init ? `, before that ran ${own}` : '';
  return `is in maintenance already${before}; ${touched ? 'something was written to its flash' : 'nothing was written yet'}`;
}

function writeRows(write: PlannedOverwrite): [string, string][] {
  const { place, placeBytes, mounted, lost, kept, cut } = write;
  const size = placeBytes === undefined ? '' : `, ${formatBytes(placeBytes)}`;
  return [
    [
      `  ${write.target}`,
      `${basename(write.image)} (${write.format}, ${formatBytes(write.imageBytes)}) goes to ${place ?? 'the target of the profile'}${size}${sentOf(write)}`,
    ],
    [
      '  lost',
      [...lost, ...(mounted.length > 0 ? [`now mounted on ${mounted.join(', ')}`] : [])].join('; '),
    ],
    ...(kept.length > 0 ? [['  kept', kept.join('; ')] satisfies [string, string]] : []),
    ['  power cut', cut],
  ];
}

/** How much of an image is sent, where that is known, and why. */
function sentOf({ sendBytes, way, why }: PlannedOverwrite): string {
  if (sendBytes === undefined) return '';
  return way === 'full'
    ? `; all of it is sent: ${why}`
    : `; ${formatBytes(sendBytes)} of it differ`;
}

/** Until when the device waits for the answer. */
function waitsOf({ state, touched, answerSeconds }: OverwritePlan, now: Date): string {
  if (answerSeconds === undefined)
    return state === 'normal' && !touched
      ? 'Until you answer, the device runs as it does now.'
      : 'The device waits in maintenance for your answer as long as it takes.';
  const until = new Date(now.getTime() + answerSeconds * 1000).toTimeString().slice(0, 5);
  return `The device waits in maintenance for your answer until ${until}; after that it goes back to its old system by itself.`;
}

const wayOf = ({ state, touched, writes, slots }: OverwritePlan): string =>
  slots?.stays
    ? `The system in slot ${slots.runs} goes on while slot ${slots.written} is written, until one reboot. Slot ${slots.runs} starts again unless the new system is confirmed.`
    : touched
      ? 'The write goes on. After a cut of the link, the same command carries on.'
      : state === 'normal'
        ? `The device ends its system and waits in RAM. Until the first byte is written, every failure leads back to that system; after it, ${afterFirst(writes)}.`
        : `Until the first byte is written, the old system can boot again; after it, ${afterFirst(writes)}.`;

const afterFirst = (writes: PlannedOverwrite[]): string =>
  writes.every(({ cuts }) => cuts)
    ? 'the same command carries on, also after a power cut'
    : 'only a power cut cannot be undone from here';
