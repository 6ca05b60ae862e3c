import { execa } from 'execa';
import { expect, test } from 'vitest';
import { describeTargets } from '../../../src/device/describe-targets.js';
import type { Transport } from '../../../src/ssh/transport.js';

/** The running system is this machine, which has no flash. */
const here = (...shell: [string, ...string[]]): Transport => ({
  name: 'here',
  exec: async (_, { stdin, onBytes } = {}) => {
    const [command, ...words] = shell;
    const { stdout, stderr, exitCode } = await execa(command, [...words, '-s'], {
      input: stdin as string,
      reject: false,
      encoding: 'buffer',
    });
    onBytes?.(stdout);
    return { stdout: '', stderr: Buffer.from(stderr).toString(), code: exitCode ?? null };
  },
  close: () => Promise.resolve(),
});

test.each([['dash'], ['busybox', 'ash'], ['bash', '--posix']] as [string, ...string[]][])(
  'under %s the flasher says of each target what speaks against it',
  async (...shell) => {
    const asked: [string, string[], string][] = [
      ['disk', ['block', '/dev/no such disk'], 'TARGET_MISSING'],
      ['null', ['block', '/dev/null'], 'TARGET_MISSING'],
      ['link', ['block', '/dev/disk/by-uuid/1234'], 'TARGET_MISSING'],
      ['label', ['partition', 'label', "it's $(id) * here"], 'TARGET_MISSING'],
      ['uuid', ['partition', 'uuid', '00000000-01'], 'TARGET_MISSING'],
      ['nor', ['mtd', 'no mtd'], 'TARGET_MISSING'],
      ['layout', ['ubi', 'no mtd'], 'TARGET_MISSING'],
      ['volume', ['ubi-volume', 'a b', 'no mtd'], 'TARGET_MISSING'],
      ['other', ['tape', 'x'], 'TARGET_UNSUPPORTED'],
    ];
    const answers = await describeTargets(
      here(...shell),
      asked.map(([target, args]) => ({ target, args })),
    );
    expect([...answers].map(([target, { type, code }]) => [target, type, code])).toEqual(
      asked.map(([target, , code]) => [target, 'error', code]),
    );
  },
);
