import { Type } from '@sinclair/typebox';
import { fact } from './fact.js';

/** What is told while a staged root is made the device's own. */
export const ToldConfigureFacts = Type.Object({
  hostkey: fact('a public key that the maintenance sshd presents'),
  note: fact('what people should know of what does not come along'),
  configured: fact('all of it is done: yes', /^yes$/),
});

/** What is told while a staged root is taken away. */
export const ToldPrepareFacts = Type.Object({
  'of-another-entry': fact(
    'another entry has staged what is there, and it was left alone: yes',
    /^yes$/,
  ),
});

/** What the rehearsal of a staged root tells. */
export const ToldRehearsalFacts = Type.Object({
  rehearsed: fact('every program starts, and every file is the one that was built: yes', /^yes$/),
  'rehearsal-failed': fact('why the maintenance root does not work on this device'),
});

/** What a running system's flasher would say. */
export const ToldDescribeFacts = Type.Object({
  target: fact('of a target of the profile: NAME REPLY, the reply a line of JSON'),
});
