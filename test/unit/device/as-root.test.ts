/** Commands as root: what sudo and doas are called with, and that nothing of the command or its input is lost. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asRoot, notPermitted, tryPassword, type RootWay } from '../../../src/device/as-root.js';
import type { Held } from '../../../src/device/connect.js';
import { localTransport } from './local-transport.js';

/**
 * Stands for sudo(8) as far as levitate calls it: -n fails where a password is wanted, -S takes one line of standard input
 * for the password and no byte more, -k forgets what was typed before, and the command gets none of the caller's HOME and
 * SSH_CONNECTION. Real sudo, doas and su, and what they do on a terminal, are in test/ssh/root-ways.test.ts.
 */
const sudo = `#!/bin/sh
while :; do
  case $1 in
  -n) ask= ;;
  -k | -S) ask=$WANTED; ;;
  -p) shift ;;
  *) break ;;
  esac
  shift
done
if [ -n "$ask" ]; then
  read -r typed
  [ "$typed" = "$ask" ] || { echo "Sorry, try again." >&2; exit 1; }
  case $typed in
  outsider) [ "$LC_ALL" = C ] && echo "pi is not in the sudoers file." >&2 || echo "pi steht nicht da." >&2; exit 1 ;;
  esac
fi
unset SSH_CONNECTION USER
HOME=/root
export HOME BY_SUDO=yes
exec "$@"
`;

/** Stands for doas(1) where it asks for nothing: with -n, it runs the command without the caller's HOME and SSH_CONNECTION. */
const doas = `#!/bin/sh
[ "$1" = -n ] || exit 9
shift
unset SSH_CONNECTION USER
HOME=/root
export HOME BY_SUDO=yes
exec "$@"
`;

/**
 * Stands for su(1): it takes one line of standard input for root's password after a prompt on standard error, and runs the
 * text behind -c by a shell, with the environment but HOME and USER.
 */
const su = `#!/bin/sh
printf 'Password: ' >&2
read -r typed
[ "$typed" = "$WANTED" ] || { echo "su: Authentication failure" >&2; exit 1; }
[ "$1 $2" = "root -c" ] || exit 9
HOME=/root USER=root
export HOME USER BY_SUDO=yes
exec sh -c "$3"
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'levitate-as-root-'));
  for (const [name, text] of Object.entries({ sudo, doas, su })) {
    await writeFile(path.join(folder, name), text);
    await chmod(path.join(folder, name), 0o755);
  }
});
afterAll(() => rm(folder, { recursive: true }));

const environment = { HOME: '/home/pi x', USER: 'pi', SSH_CONNECTION: '1.2.3.4 5 6.7.8.9 22' };
function device(WANTED: string): Held {
  const PATH = `${folder}:${process.env['PATH'] ?? ''}`;
  const close = () => Promise.resolve();
  const transport = localTransport(undefined, { ...environment, PATH, WANTED });
  return { ...transport, [Symbol.asyncDispose]: close };
}
const root = (way: RootWay, wanted = ''): Held => asRoot(device(wanted), way);

const password = `p'a "ss\\$HOME word`;
const ways: [string, RootWay, string?][] = [
  ['sudo', { program: 'sudo' }],
  ['doas', { program: 'doas' }],
  ['sudo with a password', { program: 'sudo', password }, password],
  ['su', { program: 'su', password }, password],
  ['sudo that has a password, and wants none after all', { program: 'sudo', password }],
];

describe.each(ways)('by %s', (_, way, wanted) => {
  it('a command runs, in the environment of its login', async () => {
    const { stdout, code } = await root(way, wanted).exec(
      `echo "$BY_SUDO:$HOME:$USER:$SSH_CONNECTION:$#"; exit 7`,
    );
    expect(stdout).toBe('yes:/home/pi x:pi:1.2.3.4 5 6.7.8.9 22:0\n');
    expect(code).toBe(7);
  });

  it.each([
    ['text', 'one\ntwo'],
    ['bytes', Buffer.from([0, 1, 10, 255, 0])],
    ['nothing', undefined],
  ])('its standard input is what was given: %s', async (_name, stdin) => {
    const { stdout } = await root(way, wanted).exec(
      'od -An -tx1 -v | tr -d " \\n"',
      stdin === undefined ? {} : { stdin },
    );
    expect(stdout).toBe(Buffer.from(stdin ?? '').toString('hex'));
  });

  it('its standard error is what it prints there', async () => {
    const { stderr } = await root(way, wanted).exec('echo one >&2; echo two >&2');
    expect(stderr).toBe('one\ntwo\n');
  });

  it('the password is in no argument of a process', async () => {
    const { stdout } = await root(way, wanted).exec(
      'tr "\\0" " " </proc/$$/cmdline /proc/$PPID/cmdline',
    );
    expect(stdout).not.toContain('word');
  });
});

it.each<['sudo' | 'su', string]>([
  ['sudo', 'Sorry, try again.\n'],
  ['su', 'su: Authentication failure\n'],
])('a password that is wrong runs nothing: %s', async (program, stderr) => {
  const { stdout, code } = await root({ program, password: 'x' }, 'y').exec('echo ran');
  expect(stdout).toBe('');
  expect(code).toBe(1);
  expect(await tryPassword(device('y'), { program }, 'x')).toMatchObject({ code: 1, stderr });
  expect(await tryPassword(device('y'), { program }, 'y')).toMatchObject({ code: 0, stderr: '' });
});

it('a password that is right and changes nothing is told from a wrong one, whatever the language of the login', async () => {
  const wrong = await tryPassword(device('y'), { program: 'sudo' }, 'x');
  expect(notPermitted(wrong.stderr)).toBeUndefined();
  const outside = await tryPassword(device('outsider'), { program: 'sudo' }, 'outsider');
  expect(notPermitted(outside.stderr)).toBe('pi is not in the sudoers file.');
});

it.each([
  [
    'pi is not in the sudoers file.\nThis incident has been reported to the administrator.\n',
    'pi is not in the sudoers file.',
  ],
  ['Sorry, user pi may not run sudo on box.\n', 'Sorry, user pi may not run sudo on box.'],
  ['pi is not allowed to run sudo on box.\n', 'pi is not allowed to run sudo on box.'],
  [
    "sudo: I'm sorry pi. I'm afraid I can't do that\n",
    "sudo: I'm sorry pi. I'm afraid I can't do that",
  ],
  [
    "Sorry, user pi is not allowed to execute '/usr/bin/sh -c echo 1f >&2' as root on box.\n",
    'Sorry, user pi is not allowed to execute `sh` as root on box.',
  ],
])('what sudo says of a user whom sudoers leaves out: %j', (said, told) => {
  expect(notPermitted(said)).toBe(told);
});
