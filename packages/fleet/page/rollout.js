/** What is above the devices: the rollout, its groups, the stations, and what a person has to do. */
import { arrange, byId, drawShare, make, say, sayCommand } from './elements.js';
import { devices, kinds } from './words.js';

const sum = (states, ...names) => names.reduce((all, name) => all + (states[name] ?? 0), 0);

/** The devices of a group, by what they are shown as. */
const countsOf = (states) => ({
  done: sum(states, 'done'),
  work: sum(states, 'preparing', 'writing', 'confirming'),
  wait: sum(states, 'waiting', 'queued'),
  silent: sum(states, 'resting'),
  person: sum(states, 'failed', 'refused', 'offline'),
});

const order = ['done', 'work', 'wait', 'silent', 'person'];
const shareOf = (counts) => order.map((kind) => [kind, counts[kind]]);
const labels = {
  ...{ done: 'done', work: 'at work', wait: 'waiting', silent: 'no answer', person: 'failed' },
};
const inWords = (counts) =>
  order
    .filter((kind) => counts[kind] > 0)
    .map((kind) => `${counts[kind]} ${labels[kind]}`)
    .join(', ');

/** A row of a table, of which the first cell is its head. */
const rowOf = (cells) => {
  const row = make('tr');
  cells.forEach((cell, at) => {
    const isNumber = typeof cell === 'number';
    const one = make(at === 0 ? 'th' : 'td', at === 0 ? { scope: 'row' } : {});
    if (isNumber) one.className = 'number';
    one.append(isNumber ? String(cell) : cell);
    row.append(one);
  });
  return row;
};

const groupRow = ({ name, states }) => {
  const counts = countsOf(states);
  const all = order.reduce((total, kind) => total + counts[kind], 0);
  const bar = make('div', { class: 'share', role: 'img', 'aria-label': inWords(counts) });
  drawShare(bar, shareOf(counts));
  const { done, work, wait, silent, person } = counts;
  return rowOf([name, all, done, work, wait, silent, person, bar]);
};

const stationStates = { runs: 'runs', silent: 'says nothing', never: 'has never run' };

/** Shows everything but the devices. */
export const showAbout = ({ rollouts, rollout, stations, todo }) => {
  showChoice(rollouts, rollout?.id);
  say(byId('rollout-title'), rollout ? `${rollout.name} is ${rollout.state}` : 'No rollout yet');
  byId('rollout-title').dataset.state = rollout?.state ?? '';
  say(byId('why'), whyOf(rollout));
  const groups = rollout?.groups ?? [];
  const counts = countsOf({});
  for (const { states } of groups)
    for (const [kind, count] of shareOf(countsOf(states))) counts[kind] += count;
  byId('share').setAttribute('aria-label', inWords(counts) || 'No device');
  drawShare(byId('share'), shareOf(counts));
  const legend = order.map((kind) =>
    make(
      'li',
      {},
      make('span', { class: `mark ${kind}`, 'aria-hidden': 'true' }),
      `${counts[kind]} ${labels[kind]}`,
    ),
  );
  byId('legend').replaceChildren(...legend);
  arrange(byId('groups').tBodies[0], groups.map(groupRow));
  arrange(
    byId('stations').tBodies[0],
    stations.map(({ name, state, devices: count, open }) =>
      rowOf([name, stationStates[state], count, open]),
    ),
  );
  byId('todo').hidden = todo.length === 0;
  const items = todo.map((text) => {
    const item = make('li');
    sayCommand(item, text);
    return item;
  });
  byId('todo')
    .querySelector('ul')
    .replaceChildren(...items);
};

const whyOf = (rollout) => {
  if (!rollout) return '`levitate fleet rollout plan FILE` is how one begins.';
  const { state, why } = rollout;
  if (why === '') return '';
  return state === 'running' ? `It waits ${why}.` : `${why[0].toUpperCase()}${why.slice(1)}.`;
};

const showChoice = (rollouts, id) => {
  const select = byId('rollouts');
  const wanted = rollouts.map((one) => `${one.id}: ${one.name}, ${one.state}`);
  const options = wanted.map((text, at) => make('option', { value: rollouts[at].id }, text));
  const now = [...select.options].map((option) => option.textContent);
  if (now.join('\n') !== wanted.join('\n')) select.replaceChildren(...options);
  if (id !== undefined && document.activeElement !== select) select.value = id;
};

/** What somebody is told who does not see the page: only what changes rarely. */
export const newsOf = ({ rollout }, needy) => {
  const what = rollout ? `${rollout.name} is ${rollout.state}.` : 'There is no rollout.';
  return needy > 0 ? `${what} ${devices(needy)}: ${kinds.person.label.toLowerCase()}.` : what;
};
