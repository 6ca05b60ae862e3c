/** The machine from which a device is flashed fails. */
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chunkSize } from '../../../src/image/image.js';
import { aWhile, everywhere, flashing, type Fault } from '../fault.js';
import { checkPatience, checkWords } from '../promises.js';
import { promise, told, type Trial } from '../trial.js';

/** The file by which faketime(1) tells the programs of a host what time it is; without it, they have the true time. */
const clockOf = ({ device }: Trial): string => join(device.folder, 'clock');

export const host: Fault[] = [
  {
    name: 'host killed',
    stages: everywhere,
    strike: async ({ command, device }) => {
      command.signal('SIGKILL');
      await command.ended;
      device.proxy.throttle();
    },
  },
  {
    // Before the first write the device goes back by itself; after it, it waits for as long as it takes.
    name: 'host gone for good',
    stages: flashing,
    strike: async (trial) => {
      const { command, device } = trial;
      command.signal('SIGKILL');
      await command.ended;
      device.proxy.cut();
      // The writer that was cut off may be at work for a moment.
      await sleep(2000);
      const wasTouched = (await device.note()) !== '';
      await device.run(
        'printf "LEVITATE_IDLE_TIMEOUT=3\\nLEVITATE_CONTACT_TIMEOUT=3\\n" >>/etc/levitate/entry.conf',
      );
      for (const { pid, command: words } of await device.processes())
        if (words.includes('services/deadman')) process.kill(pid, 'SIGKILL');
      const end = performance.now() + (wasTouched ? 10_000 : 60_000);
      while (device.system === 'maintenance' && performance.now() < end) await sleep(100);
      await device.settled();
      promise(
        device.system === (wasTouched ? 'maintenance' : 'old'),
        `nobody comes back to a device that was ${wasTouched ? '' : 'not '}written to, and it is ${device.system}`,
      );
    },
  },
  {
    name: 'Ctrl-C',
    stages: flashing,
    strike: ({ command, device }) => {
      command.signal('SIGINT');
      device.proxy.throttle();
      return Promise.resolve();
    },
  },
  {
    name: 'host frozen for a while',
    stages: everywhere,
    strike: async ({ command, device, random }) => {
      command.signal('SIGSTOP');
      await sleep(aWhile(random));
      device.proxy.throttle();
      command.signal('SIGCONT');
    },
    after: checkPatience,
  },
  {
    // Another host writes the old build meanwhile: the first one must not write a byte more.
    name: 'host frozen, another takes over',
    stages: flashing,
    strike: async (trial) => {
      const { command, device } = trial;
      command.signal('SIGSTOP');
      device.proxy.throttle();
      const other = await trial.ended(trial.flash('bob', join(device.folder, 'old-image')));
      promise(other.exit === 0, `another host cannot take over: ${told(other)}`);
      promise((await device.build()).kind === 'old', 'what the other host wrote is not there');
      command.signal('SIGCONT');
    },
    after: async ({ device, stage }, ended) => {
      if (stage === 'prepare' && ended.exit === 0) {
        // Who froze before it had the lease takes the next one after the other host, and writes by right.
        const leases = (await device.run('flasher journal')).match(/"lease \d/g) ?? [];
        promise(leases.length === 2, 'a host that lost its lease took another one');
        promise((await device.build()).kind === 'new', 'levitate says that it is done');
        return;
      }
      // All of its work may have been done before it froze.
      const wasDone = stage === 'read-back' && ended.exit === 0;
      promise(
        wasDone || (ended.exit === 6 && ended.last.code === 'LEASE_LOST'),
        `the host that lost its lease says ${told(ended)}`,
      );
      promise((await device.build()).kind === 'old', 'a host that lost its lease wrote on');
      promise((await device.note()) === 'verified', 'what the other host wrote is noted no more');
    },
  },
  {
    // As where a laptop wakes, or its battery was empty: the time of day changes, and no second has passed.
    name: 'clock of the host jumps',
    stages: everywhere,
    environment: (trial) => ({
      LD_PRELOAD: '/usr/$LIB/faketime/libfaketimeMT.so.1',
      FAKETIME_TIMESTAMP_FILE: clockOf(trial),
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    }),
    strike: async (trial) => {
      await writeFile(clockOf(trial), trial.random.pick(['+10y', '-10y', '+1h', '-1h']));
      trial.device.proxy.throttle();
    },
    after: async (trial, ended) => {
      const apart = Math.abs(Date.parse(String(ended.last['time'])) - Date.now());
      promise(apart > 30 * 60_000, `the clock of the host has not jumped: ${told(ended)}`);
      await checkPatience(trial, ended);
    },
  },
  {
    name: 'image changed while it streams',
    // One that changes before it was read whole is another image.
    stages: ['compare', 'write', 'read-back'],
    strike: async ({ image, random, content, device }) => {
      const file = await open(image, 'r+');
      try {
        if (random.once(4)) await file.truncate(random.below(content.image.length));
        else {
          const place = random.below(content.image.length - 16);
          const from = random.once(2) ? 0 : place;
          await file.write(
            Buffer.alloc(Math.min(chunkSize, content.image.length - from), '!'),
            0,
            undefined,
            from,
          );
        }
      } finally {
        await file.close();
      }
      device.proxy.throttle();
    },
    after: async (trial, ended) => {
      await checkWords(trial, ended);
      promise(
        ended.exit === 0 || ['IMAGE_CHANGED', 'IMAGE_TRUNCATED'].includes(String(ended.last.code)),
        `an image that changes is told as ${told(ended)}`,
      );
      promise(trial.device.system === 'maintenance', `the device is ${trial.device.system}`);
    },
    mend: (trial) => trial.restoreImage(),
  },
];
