/** `npm run bench`: figures as ratios against a rival or a known limit in the same run, since machines differ. */
import { downtime } from './downtime.js';

const say = (text: string) => process.stdout.write(`${text}\n`);

say('downtime: seconds without SSH');
say(
  `${'device'.padEnd(14)}${'reboot'.padStart(10)}${'enter'.padStart(10)}${'enter ÷ reboot'.padStart(18)}`,
);
for (const { device, rebootSeconds, enterSeconds } of await downtime()) {
  const ratio = (enterSeconds / rebootSeconds).toFixed(2);
  say(
    `${device.padEnd(14)}${rebootSeconds.toFixed(1).padStart(10)}${enterSeconds.toFixed(1).padStart(10)}${ratio.padStart(18)}`,
  );
}
