/** The link between host and device fails. */
import { setTimeout as sleep } from 'node:timers/promises';
import { aWhile, everywhere, type Fault } from '../fault.js';
import { checkPatience } from '../promises.js';

export const link: Fault[] = [
  {
    name: 'link cut',
    stages: everywhere,
    strike: ({ device: { proxy } }) => {
      proxy.cut();
      proxy.throttle();
      return Promise.resolve();
    },
    after: checkPatience,
  },
  {
    // The host sends into nothing, and the device has not noticed: a router between them has forgotten the connection.
    name: 'link half open',
    stages: everywhere,
    strike: ({ device: { proxy } }) => {
      proxy.strand();
      proxy.throttle();
      return Promise.resolve();
    },
    after: checkPatience,
  },
  {
    name: 'link silent for a while',
    stages: everywhere,
    strike: async ({ device: { proxy }, random }) => {
      proxy.blackhole();
      await sleep(aWhile(random));
      proxy.resume();
      proxy.throttle();
    },
    after: checkPatience,
  },
];
