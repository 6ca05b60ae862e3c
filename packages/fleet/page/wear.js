/** How worn the flash of a device was, over time: a picture, and the same as a table. */
import { make } from './elements.js';

const svg = (name, attributes) => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
};

const width = 320;
const height = 80;

/** A line through the points of one flash: the mean, or the highest of its erase counters. */
const lineOf = (points, field, highest) => {
  const [first, last] = [points[0].time, points.at(-1).time];
  const place = ({ time, [field]: value }) => {
    const x = last === first ? width / 2 : ((time - first) / (last - first)) * (width - 8) + 4;
    return `${x.toFixed(1)},${(height - 4 - (value / Math.max(1, highest)) * (height - 8)).toFixed(1)}`;
  };
  return svg('polyline', { class: field, points: points.map(place).join(' ') });
};

const panelOf = (medium, points) => {
  const highest = Math.max(...points.map((point) => point.highest));
  const label = `Erase counters of ${medium}: the mean from ${points[0].mean} to ${points.at(-1).mean}, the highest from ${points[0].highest} to ${points.at(-1).highest}`;
  const picture = svg('svg', {
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'aria-label': label,
  });
  picture.append(lineOf(points, 'mean', highest), lineOf(points, 'highest', highest));
  const head = ['When', 'Mean', 'Highest'].map((text) => make('th', { scope: 'col' }, text));
  const rows = points
    .slice(-10)
    .map(({ at, mean, highest: most }) =>
      make(
        'tr',
        {},
        make('td', {}, new Date(at).toLocaleString()),
        make('td', { class: 'number' }, String(mean)),
        make('td', { class: 'number' }, String(most)),
      ),
    );
  const table = make('table', {}, make('caption', {}, `Erase counters of ${medium}`));
  table.append(make('thead', {}, make('tr', {}, ...head)), make('tbody', {}, ...rows));
  return make('div', { class: 'chart' }, picture, table);
};

/** Asks how worn the flash of a device was, and shows it. */
export const wearPanel = async (name) => {
  const answer = await fetch(`wear?device=${encodeURIComponent(name)}`);
  if (!answer.ok) return make('p', {}, 'How worn its flash is cannot be asked at the moment.');
  const media = new Map();
  for (const point of await answer.json()) {
    const points = media.get(point.medium) ?? [];
    points.push({ ...point, time: Date.parse(point.at) });
    media.set(point.medium, points);
  }
  return make('div', {}, ...[...media].map(([medium, points]) => panelOf(medium, points)));
};
