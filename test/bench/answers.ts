/** Looks again and again whether a device's sshd answers, and tells the longest time that it did not. */
import { setTimeout as sleep } from 'node:timers/promises';
import { waitForBanner } from '../lab/ssh.js';

/** How often it looks, and how long one look may take. */
const interval = 100;
const patience = 1_000;

/** Seconds of the longest silence of the sshd behind a port of 127.0.0.1 while `work` was done. */
export async function longestSilence(port: number, work: () => Promise<unknown>): Promise<number> {
  let over = false;
  // The silence that the work ends in counts, too.
  let last = Date.now();
  let longest = 0;
  const looking = (async () => {
    for (;;) {
      const answered = await waitForBanner(port, patience).then(
        () => true,
        () => false,
      );
      if (answered) {
        longest = Math.max(longest, Date.now() - last);
        last = Date.now();
        if (over) return;
      }
      await sleep(interval);
    }
  })();
  try {
    await work();
  } finally {
    over = true;
    await looking;
  }
  return longest / 1000;
}
