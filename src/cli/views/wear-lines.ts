import type {
  ComparedMedium,
  CounterWear,
  LifeTime,
  WearResult,
} from '../../operations/wear/wear.js';
import { formatBytes } from '../../shared/format-bytes.js';
import { quote } from '../../shared/shell-quote.js';
import { commandLines } from './command-lines.js';
import { comparedLines, inWords, pictureLine } from './counter-lines.js';
import { wrapped } from './wrapped.js';

/** A narrow terminal has so many cells, and so has a mail. */
const columns = 60;

/** What `levitate wear` was asked, from which its next command follows. */
export interface WearAsked {
  /** The targets, as they were named. */
  targets?: string[];
  /** The file of the earlier look. */
  before?: string | undefined;
}

/**
 * How worn flash is, for people, within 60 columns, and what comes next.
 * @param now the day of the file that the next command keeps the counters in
 */
export function wearLines(
  result: WearResult,
  asked: WearAsked = {},
  now: Date = new Date(),
): string[] {
  const { host, where, media } = result;
  const system = where === 'maintenance' ? 'is in maintenance' : 'runs its own system';
  return [
    ...wrapped('', `${host} ${system}.`, columns),
    ...(media.length === 0 ? ['It shows neither an MTD nor a disk.'] : []),
    ...media.flatMap(mediumLines),
    ...pictureLine(result),
    ...commandLines(nextOf(result, asked, now)),
  ];
}

/** Counters tell something in comparison with those of another day; without any, another command tells more. */
function nextOf(
  { host, where, media }: WearResult,
  { targets = [], before }: WearAsked,
  now: Date,
): [purpose: string, command: string] {
  if (!media.some(({ counters }) => counters))
    return where === 'maintenance'
      ? ['See where it is', `levitate status ${host}`]
      : ['See what else it is made of', `levitate probe ${host}`];
  const again = ['levitate wear', host, ...targets.map(quote)].join(' ');
  if (before !== undefined) return ['Compare again later', `${again} --before ${quote(before)}`];
  const file = `wear-${now.toISOString().slice(0, 10)}.json`;
  return ['Keep the counters, to compare with later (--before)', `${again} --json >${file}`];
}

const kinds = { mtd: 'MTD', emmc: 'eMMC', sd: 'SD card', nvme: 'NVMe', disk: 'disk' };

function mediumLines(medium: ComparedMedium): string[] {
  const { device, name, kind, bytes, targets, mtd, counters, compared, missing } = medium;
  const about = [
    mtd?.type ? `${kinds[kind]} (${mtd.type})` : kinds[kind],
    formatBytes(bytes),
    ...(mtd ? [`eraseblocks of ${formatBytes(mtd.eraseblockBytes)}`] : []),
    ...(mtd?.ubi ? [`UBI ${mtd.ubi}`] : []),
    ...(targets.length > 0 ? [`asked for as ${targets.join(', ')}`] : []),
  ];
  const title = name === '' ? device : `${device} ${name}`;
  return [
    ...wrapped('', `${title}: ${about.join(', ')}`, columns),
    ...(counters ? counterLines(counters) : []),
    ...(compared ? comparedLines(compared, 'then', 'now') : []),
    ...facts(medium).flatMap(([label, text]) => wrapped(`  ${label}: `, text, columns)),
    ...missing.flatMap((why) => wrapped('  not told: ', why, columns)),
  ];
}

function counterLines(counters: CounterWear): string[] {
  const { eraseblocks, valid, empty, damaged, sequences } = counters;
  const without = [
    ...(empty > 0 ? [`${empty} erased`] : []),
    ...(damaged > 0 ? [`${damaged} bad or damaged`] : []),
  ];
  return [
    `  erase counters: ${inWords(counters)}`,
    ...wrapped(
      '  eraseblocks: ',
      `${valid} of ${eraseblocks} have a counter${without.length > 0 ? `; ${without.join(', ')}` : ''}`,
      columns,
    ),
    ...barsOf(counters),
    ...(sequences > 1
      ? wrapped(
          '  warning: ',
          `the headers are of ${sequences} different layouts, which UBI does not attach`,
          columns,
        )
      : []),
  ];
}

/** A bar for each range of counters; one that has an eraseblock is never empty. */
function barsOf({ histogram }: CounterWear): string[] {
  const labels = histogram.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`));
  const counts = histogram.map(({ count }) => `${count}`);
  const widest = (texts: string[]) => Math.max(0, ...texts.map(({ length }) => length));
  const [label, number] = [widest(labels), widest(counts)];
  const most = Math.max(1, ...histogram.map(({ count }) => count));
  const room = columns - 4 - label - 2 - number - 2;
  return histogram.map(({ count }, at) => {
    const bar = count === 0 ? '' : '#'.repeat(Math.max(1, Math.round((count / most) * room)));
    return `    ${labels[at]!.padStart(label)}  ${counts[at]!.padStart(number)}  ${bar}`.trimEnd();
  });
}

/** What there is beside erase counters: a label, and a text. */
function facts({ mtd = undefined, emmc, nvme, counters }: ComparedMedium): [string, string][] {
  const rows: [string, string | undefined][] = [
    ['highest erase counter of UBI', counters ? undefined : shown(mtd?.highestCounter)],
    ['bad blocks', shown(mtd?.badBlocks)],
    ['kept to replace bad blocks', shown(mtd?.reserved)],
    ['reads that failed since it started', shown(mtd?.failedReads)],
    ['bits corrected since it started', shown(mtd?.correctedBits)],
    ['life time used, type A', lifeOf(emmc?.lifeA)],
    ['life time used, type B', lifeOf(emmc?.lifeB)],
    ['reserved blocks', emmc?.reserved && reservedWords[emmc.reserved]],
    ['life time used', shown(nvme?.percentageUsed, ' %')],
    [
      'spare capacity left',
      nvme?.spare === undefined
        ? undefined
        : `${nvme.spare} %${nvme.spareThreshold === undefined ? '' : `, it warns below ${nvme.spareThreshold} %`}`,
    ],
    ['media errors', shown(nvme?.mediaErrors)],
    [
      'critical warning',
      nvme?.criticalWarning ? `0x${nvme.criticalWarning.toString(16)}` : undefined,
    ],
  ];
  return rows.flatMap(([label, text]) => (text === undefined ? [] : [[label, text]]));
}

const reservedWords = {
  normal: 'normal',
  warning: 'warning: 80 % of them are consumed',
  urgent: 'urgent: 90 % of them are consumed',
};

const shown = (number: number | undefined, unit = ''): string | undefined =>
  number === undefined ? undefined : `${number}${unit}`;

const lifeOf = (life: LifeTime | undefined): string | undefined =>
  life &&
  (life.to === undefined ? 'all of it: the estimate is exceeded' : `${life.from} to ${life.to} %`);
