/** How states, bytes and times are said. */

/** What a device is shown as, and where that stands: rank 0 comes first. */
export const kinds = {
  person: { rank: 0, label: 'Needs you' },
  work: { rank: 1, label: 'At work' },
  silent: { rank: 2, label: 'No answer' },
  wait: { rank: 3, label: 'Waiting' },
  done: { rank: 4, label: 'Done' },
  out: { rank: 5, label: 'Not in it' },
};

const kindOfState = {
  waiting: 'wait',
  queued: 'wait',
  preparing: 'work',
  writing: 'work',
  confirming: 'work',
  done: 'done',
  failed: 'person',
  refused: 'person',
  offline: 'person',
};

/** What a device is shown as. */
export const kindOf = ({ state, resting, todo }) => {
  if (todo !== '') return 'person';
  if (resting) return 'silent';
  return state === null ? 'out' : kindOfState[state];
};

const states = {
  waiting: 'waits for its turn',
  queued: 'is next',
  preparing: 'is looked at',
  writing: 'is written to',
  confirming: 'restarts',
  done: 'done',
  failed: 'failed',
  refused: 'refused',
  offline: 'given up, no answer',
};

/** Phases of a deploy that the state does not say already, where their own names do not say it. */
const phases = {
  begin: '',
  build: 'the archive is built',
  compare: 'what is on it is compared',
  write: '',
  verify: 'it is read back',
  leave: '',
  confirm: 'it is asked for its build',
};

/** The state of a device, with its phase. */
export const stateWords = ({ state, resting, phase, code, todo }) => {
  if (resting) return 'no answer; tried again later';
  if (state === null) return todo === '' ? 'not in this rollout' : `quarantined: ${code}`;
  const words = states[state];
  if (phase !== null && phases[phase] !== '') return `${words}: ${phases[phase] ?? phase}`;
  if (phase !== null) return words;
  return code === null ? words : `${words}: ${code}`;
};

/** Bytes for people. */
export const bytes = (count) => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const at = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, count)) / 3));
  const value = count / 1000 ** at;
  return `${at === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[at]}`;
};

/** Seconds for people. */
export const seconds = (count) => {
  if (count < 60) return `${count.toFixed(1)} s`;
  const minutes = Math.floor(count / 60);
  return `${minutes}:${String(Math.floor(count % 60)).padStart(2, '0')} min`;
};

/** A number of devices. */
export const devices = (count) => (count === 1 ? '1 device' : `${count} devices`);
