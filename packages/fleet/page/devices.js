/** The table of the devices: which are shown, in which order, and what is seen of each. */
import { arrange, byId, make, say, sayCommand } from './elements.js';
import { bytes, devices as devicesWords, kindOf, kinds, seconds, stateWords } from './words.js';

/** How many rows are shown, and how many more at a time. */
const portion = 200;

/** The devices by their names: what is known of each, its kind, and its row once it was shown. */
const known = new Map();
const body = document.querySelector('#devices tbody');
const search = document.querySelector('#filter input[type=search]');
let limit = portion;

/** Forgets every device. */
export const forgetDevices = () => known.clear();

/** Takes devices that are new or of which something is another. */
export const takeDevices = (changed, gone = []) => {
  for (const name of gone) known.delete(name);
  for (const device of changed) {
    const one = known.get(device.name) ?? {};
    Object.assign(one, { device, kind: kindOf(device), isStale: true });
    known.set(device.name, one);
  }
};

/** How many devices need a person. */
export const needy = () => countOf('person');
const countOf = (kind) => [...known.values()].filter((one) => one.kind === kind).length;

const choices = ['all', ...Object.keys(kinds)];
const radios = new Map(
  choices.map((kind) => {
    const radio = make('input', { type: 'radio', name: 'kind', value: kind });
    const text = make('span');
    radio.checked = kind === 'all';
    const label = make('label', { hidden: '' }, radio, text);
    document.querySelector('#filter fieldset').append(label);
    return [kind, { radio, text }];
  }),
);

const wanted = () => choices.find((kind) => radios.get(kind).radio.checked);

/** Those that need a person come first, then what happens now; of one kind, by group and name. */
const before = (a, b) =>
  kinds[a.kind].rank - kinds[b.kind].rank ||
  (a.device.n ?? 1e6) - (b.device.n ?? 1e6) ||
  (a.device.name < b.device.name ? -1 : 1);

/** Shows the devices. */
export const showDevices = () => {
  const kind = wanted();
  const text = search.value.trim().toLowerCase();
  for (const [name, { text: label }] of radios) {
    const count = name === 'all' ? known.size : countOf(name);
    say(label, `${name === 'all' ? 'All' : kinds[name].label} (${count})`);
    label.parentElement.hidden = count === 0 && name !== 'all' && name !== kind;
  }
  const fitting = [...known.values()]
    .filter((one) => kind === 'all' || one.kind === kind)
    .filter(({ device }) => `${device.name}\n${device.host}`.toLowerCase().includes(text))
    .sort(before);
  const shown = fitting.slice(0, limit);
  arrange(body, shown.flatMap(rowsOf));
  byId('more').hidden = fitting.length <= shown.length;
  say(
    byId('shown'),
    shown.length < fitting.length
      ? `${shown.length} of ${devicesWords(fitting.length)}; choose above, or show more below.`
      : devicesWords(fitting.length),
  );
};

/** Calls back when somebody wants to see others. */
export const onChoice = (callback) => {
  byId('filter').addEventListener('submit', (event) => event.preventDefault());
  byId('filter').addEventListener('input', () => {
    limit = portion;
    callback();
  });
  byId('more').addEventListener('click', () => {
    limit += portion;
    callback();
  });
};

/** The row of a device, and the one below it where somebody wants to know more. */
const rowsOf = (one) => {
  one.row ??= emptyRow(one);
  if (one.isStale) fillRow(one);
  one.isStale = false;
  return one.more ? [one.row, one.more] : [one.row];
};

const emptyRow = (one) => {
  const button = make('button', { type: 'button', class: 'name', 'aria-expanded': 'false' });
  const host = make('span', { class: 'host' });
  const cells = ['group', 'state', 'progress', 'rate number', 'todo', 'wear number'];
  const row = make('tr', {}, make('th', { scope: 'row' }, button, host));
  row.append(...cells.map((name) => make('td', { class: name })));
  button.addEventListener('click', () => {
    one.more = one.more ? undefined : make('tr', { class: 'more' }, make('td', { colspan: 7 }));
    button.setAttribute('aria-expanded', String(one.more !== undefined));
    if (one.more) void fillMore(one);
    showDevices();
  });
  return row;
};

const fillRow = (one) => {
  const { device, kind, row } = one;
  const [head, group, state, progress, rate, todo, wear] = row.cells;
  row.dataset.kind = kind;
  say(head.querySelector('button'), device.name);
  say(head.querySelector('.host'), device.host);
  say(group, device.group ?? '');
  say(state, stateWords(device));
  fillProgress(progress, device);
  say(rate, device.rate === null ? '' : `${bytes(device.rate)}/s`);
  sayCommand(todo, device.todo);
  say(wear, device.highestWear === null ? '' : `${device.meanWear} / ${device.highestWear}`);
  if (one.more) void fillMore(one);
};

const fillProgress = (cell, { name, done, total, bytes: sent, state }) => {
  if (done === null || !total) {
    say(cell, state === 'done' && sent !== null ? `${bytes(sent)} sent` : '');
    return;
  }
  if (cell.childElementCount !== 2) cell.replaceChildren(make('progress'), make('span'));
  const [bar, text] = cell.children;
  bar.max = total;
  bar.value = done;
  bar.setAttribute('aria-label', name);
  say(text, `${bytes(done)} of ${bytes(total)}`);
};

const fillMore = async (one) => {
  const { device } = one;
  const facts = [
    ['What has happened', device.message],
    ['Station', device.station],
    ['Build', device.build],
    ['Took', device.seconds === null ? null : seconds(device.seconds)],
    ['Sent', device.bytes === null ? null : bytes(device.bytes)],
  ].filter(([, value]) => value !== null && value !== '');
  const list = make('dl');
  for (const [name, value] of facts) list.append(make('dt', {}, name), make('dd', {}, value));
  const cell = one.more.cells[0];
  cell.replaceChildren(list, ...(one.wear ? [one.wear] : []));
  if (device.highestWear === null || one.wearOf === device.highestWear) return;
  one.wearOf = device.highestWear;
  const { wearPanel } = await import('./wear.js');
  one.wear = await wearPanel(device.name);
  cell.replaceChildren(list, one.wear);
};
