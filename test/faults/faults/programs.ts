/** Programs on the device are killed, or have no room. */
import { setTimeout as sleep } from 'node:timers/promises';
import { everywhere, flashing, type Fault } from '../fault.js';
import { checkPatience } from '../promises.js';
import type { Trial } from '../trial.js';

/** Kills one of the processes of the device whose command looks so, as the kernel does when memory runs out. */
async function killOne({ device, random }: Trial, looks: RegExp): Promise<void> {
  // Between two calls there may be none.
  for (let look = 0; look < 20; look += 1) {
    const found = (await device.processes()).filter(({ command }) => looks.test(command));
    if (found.length > 0) {
      try {
        process.kill(random.pick(found).pid, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
        continue;
      }
      return;
    }
    await sleep(50);
  }
}

/** Fills a folder of the device, which has a bound of its own. */
const full = (name: string, folder: string): Fault => ({
  name,
  stages: flashing,
  strike: async ({ device }) => {
    await device.run(`cat /dev/zero >${folder}/full; echo more >${folder}/more`);
    device.proxy.throttle();
  },
  mend: async ({ device }) => void (await device.run(`rm -f ${folder}/full ${folder}/more`)),
});

export const programs: Fault[] = [
  {
    name: 'flasher killed',
    stages: flashing,
    strike: async (trial) => {
      await killOne(
        trial,
        /flasher (feed|chunks|hash|open|finish|lease|verified|remains|target|counters)\b/,
      );
      trial.device.proxy.throttle();
    },
  },
  {
    name: 'helper killed',
    stages: flashing,
    strike: async (trial) => {
      await killOne(trial, /levitate(\/nor|\/nand)?\/helper /);
      trial.device.proxy.throttle();
    },
  },
  {
    name: 'writing program killed',
    stages: flashing,
    targets: ['volume'],
    strike: async (trial) => {
      await killOne(trial, /update-volume|sleep 2147483647|^dd |^cat$/);
      trial.device.proxy.throttle();
    },
  },
  {
    name: 'sshd killed',
    stages: everywhere,
    strike: async (trial) => {
      await killOne(trial, /^dropbear /);
      trial.device.proxy.throttle();
    },
    after: checkPatience,
  },
  full('/run filled', '/run'),
  full('state filled', '/run/levitate'),
  full('spool filled', '/run/levitate/spool'),
  {
    // The memory group of the device bounds what this takes.
    name: 'RAM filled',
    stages: flashing,
    strike: async ({ device, random }) => {
      const hog = `exec tail -c ${random.pick([20, 40, 80])}m /dev/zero`;
      void device.run(`timeout ${1 + random.below(4)} sh -c '${hog}'`).catch(() => undefined);
      await sleep(300);
      device.proxy.throttle();
    },
    mend: async ({ device }) => {
      while ((await device.processes()).some(({ command }) => command.startsWith('tail -c')))
        await sleep(100);
    },
  },
];
