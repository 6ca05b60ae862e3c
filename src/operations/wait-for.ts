import { report, type Phase, type Run } from '../progress.js';
import { poll } from '../shared/poll.js';
import { secondsSince } from '../shared/seconds-since.js';

/**
 * Calls `look` about once a second until it gives something, and gives that. At first and after each attempt in vain the caller is told how
 * long it has waited, for how long it will, and why the last attempt came to nothing.
 * @param phase the phase that waits
 * @param seconds the bound; undefined is given when it has passed
 * @param look is given a function to which it tells why it gives nothing
 * @throws what `look` throws, and the reason of `signal`
 */
export function waitFor<T>(
  run: Run,
  phase: Phase,
  seconds: number,
  look: (because: (reason: string) => void) => Promise<T | undefined>,
): Promise<T | undefined> {
  const started = performance.now();
  let last: string | undefined;
  const tell = () => {
    const why = last === undefined ? {} : { last: brief(last) };
    const waited = secondsSince(started);
    report(run, { type: 'waiting', phase, seconds: waited, limit: seconds, ...why });
  };
  tell();
  return poll(
    async () => {
      const found = await look((reason) => (last = reason));
      if (found === undefined) tell();
      return found;
    },
    seconds,
    run.signal,
  );
}

/** A reason without the name of the device, which the whole command is about: the line of a terminal is short. */
const brief = (reason: string): string =>
  reason
    .replace(/^cannot connect to (?:maintenance )?\S+: /, '')
    .replace(/^the connection to (?:maintenance )?\S+ /, 'the connection ')
    .replace(/^maintenance \S+ /, 'maintenance ')
    .replace(/^\S+@\S+ (?=does not let us in)/, '');
