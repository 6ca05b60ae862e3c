/** Reads what the server tells, and shows it. */
import { byId, say } from './elements.js';
import { forgetDevices, needy, onChoice, showDevices, takeDevices } from './devices.js';
import { newsOf, showAbout } from './rollout.js';

/** How long it is waited before a server that refused is asked again, in milliseconds. */
const patience = 3000;

/** How often somebody is told who does not see the page, at most, in milliseconds. */
const quiet = 15_000;

let about;
let isDue = false;
let spoken = { text: '', at: -quiet, timer: undefined };

/** Shows what is known now, once for everything that comes at once. */
const show = () => {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    if (!about) return;
    showAbout(about);
    showDevices();
    const count = needy();
    const name = about.rollout ? `${about.rollout.name}: ${about.rollout.state}` : 'levitate fleet';
    document.title = count > 0 ? `(${count}) ${name}` : name;
    speak(newsOf(about, count));
  });
};

const speak = (text) => {
  clearTimeout(spoken.timer);
  if (text === spoken.text) return;
  const wait = spoken.at + quiet - performance.now();
  if (wait > 0) {
    spoken.timer = setTimeout(() => speak(text), wait);
    return;
  }
  spoken = { ...spoken, text, at: performance.now() };
  say(byId('news'), text);
};

const linked = (isLinked, text) => {
  byId('link').className = isLinked ? '' : 'broken';
  say(byId('link'), text);
};

const listen = () => {
  const asked = new URL(location.href).searchParams.get('rollout');
  const events = new EventSource(
    asked === null ? 'events' : `events?rollout=${encodeURIComponent(asked)}`,
  );
  events.addEventListener('all', ({ data }) => {
    const news = JSON.parse(data);
    about = news.about;
    forgetDevices();
    takeDevices(news.devices);
    linked(true, 'Live');
    show();
  });
  events.addEventListener('change', ({ data }) => {
    const news = JSON.parse(data);
    about = news.about ?? about;
    takeDevices(news.devices, news.gone);
    show();
  });
  events.addEventListener('away', ({ data }) => linked(false, JSON.parse(data).why));
  events.addEventListener('error', () => {
    linked(false, 'The server does not answer. What is below may be old.');
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, patience);
  });
};

byId('rollouts').addEventListener('change', ({ target }) => {
  location.search = new URLSearchParams({ rollout: target.value }).toString();
});
onChoice(show);
listen();
