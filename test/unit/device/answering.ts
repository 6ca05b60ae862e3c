/** A connection to a device whose shell is played. */
import type { Transport } from '../../../src/ssh/transport.js';

/**
 * Each script that comes begins, and ends with this status: null where it is killed. An error is thrown in place of that.
 * @param heard is told each script
 */
export const answering = (
  end: number | null | Error,
  heard: (script: string) => void = () => undefined,
): Transport => ({
  name: 'ssh nobody',
  exec: (_, { stdin, onBytes } = {}) => {
    if (end instanceof Error) return Promise.reject(end);
    const script = String(stdin);
    heard(script);
    const mark = /LEVITATE_MARK='([0-9a-f]+)'/.exec(script)?.[1] ?? '';
    onBytes?.(Buffer.from(`@${mark} begin@\n${end === null ? '' : `@${mark} end ${end}@\n`}`));
    return Promise.resolve({ stdout: '', stderr: end === 0 ? '' : 'it refuses\n', code: end });
  },
  close: () => Promise.resolve(),
});
