import type { CounterSummary } from '../../flash/counters.js';
import type { Bin } from '../../flash/histogram.js';

/** One histogram of a picture: the erase counters of an MTD, at one time or at two. */
export interface Panel {
  /** What it shows. */
  title: string;
  /** One for each time, in their order: what it is called, and its numbers. */
  series: { name: string; summary: CounterSummary }[];
  /** How many eraseblocks of each series have which counters. */
  bins: Bin[];
}

const width = 720;
const chart = { left: 56, right: 20, height: 180 };
/** From the top of a panel to its chart, and from there to the next panel. */
const [above, below] = [78, 56];
const head = 64;
/** One is dark and one is light, for those who see no colours. */
const colours = ['#9aa7b4', '#1f6feb'];

/**
 * Draws histograms of erase counters as SVG (W3C, SVG 1.1), one below the other. Pure.
 * @param subtitle what stands below the title, such as the date
 */
export function countersSvg(title: string, subtitle: string, panels: readonly Panel[]): string {
  const one = above + chart.height + below;
  const height = head + panels.length * one;
  const told = panels.flatMap(({ title: of, series }) => [of, ...series.map(sentenceOf)]);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="sans-serif" font-size="12" fill="#24292f">`,
    `<title>${xml(title)}</title>`,
    `<desc>${xml([subtitle, ...told].join('. '))}</desc>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(20, 30, title, 'font-size="17" font-weight="bold"'),
    text(20, 50, subtitle, 'fill="#57606a"'),
    ...panels.flatMap((panel, index) => [
      `<g transform="translate(0 ${head + index * one})">`,
      ...panelLines(panel),
      '</g>',
    ]),
    '</svg>',
    '',
  ].join('\n');
}

function panelLines({ title, series, bins }: Panel): string[] {
  const wide = width - chart.left - chart.right;
  const most = Math.max(1, ...bins.flatMap(({ counts }) => counts));
  const bottom = above + chart.height;
  const y = (count: number) => round(bottom - (count / most) * chart.height);
  const group = wide / Math.max(1, bins.length);
  const bar = Math.min(48, (group * 0.8) / series.length);
  return [
    text(20, 18, title, 'font-size="14" font-weight="bold"'),
    ...series.flatMap((one, index) => [
      `<rect x="20" y="${28 + index * 18}" width="12" height="12" fill="${colourOf(index, series.length)}"/>`,
      text(38, 38 + index * 18, sentenceOf(one)),
    ]),
    ...[...new Set([0, Math.round(most / 2), most])].flatMap((count) => [
      `<line x1="${chart.left}" x2="${width - chart.right}" y1="${y(count)}" y2="${y(count)}" stroke="#d0d7de"/>`,
      text(chart.left - 8, y(count) + 4, String(count), 'text-anchor="end" fill="#57606a"'),
    ]),
    ...bins.flatMap(({ from, to, counts }, at) => {
      const middle = chart.left + (at + 0.5) * group;
      const left = middle - (bar * series.length) / 2;
      return [
        ...counts.flatMap((count, index) => {
          if (count === 0) return [];
          const x = round(left + index * bar);
          const centre = round(left + (index + 0.5) * bar);
          return [
            `<rect x="${x}" y="${y(count)}" width="${round(bar - 1)}" height="${round(bottom - y(count))}" fill="${colourOf(index, series.length)}"/>`,
            text(centre, y(count) - 3, String(count), 'text-anchor="middle" font-size="10"'),
          ];
        }),
        text(
          round(middle),
          bottom + 16,
          from === to ? String(from) : `${from}-${to}`,
          'text-anchor="middle" font-size="11"',
        ),
      ];
    }),
    text(
      chart.left + wide / 2,
      bottom + 36,
      'erase counter, and how many eraseblocks have it',
      'text-anchor="middle" fill="#57606a"',
    ),
  ];
}

/** What there is alone is what there is now. */
const colourOf = (index: number, of: number): string => colours[of === 1 ? 1 : index % 2]!;

const sentenceOf = ({ name, summary }: Panel['series'][number]): string =>
  summary.valid === 0
    ? `${name}: no erase counter can be read`
    : `${name}: lowest ${summary.lowest}, mean ${summary.mean}, highest ${summary.highest}; ${summary.valid} of ${summary.eraseblocks} eraseblocks have a counter`;

const text = (x: number, y: number, content: string, attributes = ''): string =>
  `<text x="${x}" y="${y}"${attributes && ` ${attributes}`}>${xml(content)}</text>`;

const round = (number: number): number => Math.round(number * 10) / 10;

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** A text as XML 1.0 takes it, which has no control characters and no halves of a character. */
const xml = (content: string): string =>
  content
    .replace(/[&<>"]/g, (one) => entities[one]!)
    .replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '\ufffd');
