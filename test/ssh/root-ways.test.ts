/** Becoming root by the real sudo, doas and su, over a real sshd. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { connectRoot, type Login } from '../../src/device/root-login.js';
import type { Progress } from '../../src/progress.js';
import type { Ask } from '../../src/ssh/askpass.js';
import { canServePi } from './pi.js';
import { passwords, startWithWays, type Ways } from './root-ways.js';

const started: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(started.splice(0).map((one) => one.stop()));
});

/** What came of a login, the questions that were asked meanwhile, and what was told. */
interface Attempt {
  login: Login;
  questions: string[];
  told: string;
}

/** Logs in where things are set up so; the answers are given in turn, and none when they are used up; or a file has it. */
async function attempt(
  ways: Ways,
  answers: (string | undefined)[],
  inFile?: string,
): Promise<Attempt> {
  const server = await startWithWays(ways);
  started.push(server);
  const file = join(server.folder, 'password');
  if (inFile !== undefined) writeFileSync(file, inFile, { mode: 0o600 });
  vi.stubEnv('LEVITATE_SUDO_PASSWORD_FILE', inFile === undefined ? '' : file);
  const questions: string[] = [];
  const ask: Ask = (question) => {
    questions.push(question);
    return Promise.resolve(answers.shift());
  };
  const events: Progress[] = [];
  const connection = { host: 'device', sshConfig: server.config, ask };
  const login = await connectRoot(connection, { onProgress: (event) => void events.push(event) });
  started.push({ stop: () => login.close() });
  return { login, questions, told: JSON.stringify(events) };
}

const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) & 255));
const doasQuestion = 'Password of doas on device: ';
const sudoQuestion = 'Password of sudo on device: ';
const suQuestion = 'Password of root on device, for su: ';

describe.runIf(canServePi)('a login that is not root', () => {
  test.each<[string, Ways, string, string]>([
    ['doas with a password', { doas: 'permit pi' }, doasQuestion, passwords.pi],
    ['sudo with a password', { sudoers: 'pi ALL=(ALL:ALL) ALL' }, sudoQuestion, passwords.pi],
    [
      'sudo with a password and a terminal',
      { sudoers: 'Defaults requiretty\npi ALL=(ALL:ALL) ALL' },
      sudoQuestion,
      passwords.pi,
    ],
    ['su', {}, suQuestion, passwords.root],
    ['su beside a doas that lets others in', { doas: 'permit joe' }, suQuestion, passwords.root],
  ])('%s: asked once, and in no list of processes', async (_, ways, question, password) => {
    const { login, questions, told } = await attempt(ways, [password]);
    expect(questions).toEqual([question]);
    expect(login.notRoot).toBeUndefined();
    const pieces: Uint8Array[] = [];
    const copied = await login.exec('id -u >&2; cat; exit 7', {
      stdin: bytes,
      onBytes: (piece) => pieces.push(piece),
    });
    expect(copied).toMatchObject({ code: 7, stderr: '0\n' });
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
    // Of those that this command began, whatever else runs here.
    const { stdout } = await login.exec(
      `for p in $(ls /proc | grep '^[0-9]'); do tr '\\0' ' ' </proc/$p/cmdline; tr '\\0' ' ' </proc/$p/environ; done 2>/dev/null | grep -c ${password === passwords.pi ? "'ras[p] .berry'" : "'of .[r]oot'"}`,
    );
    expect(stdout).toBe('0\n');
    expect(told).not.toMatch(/rasp|of 'root/);
    expect(questions).toHaveLength(1);
  });

  test('a wrong password of doas is asked for again', async () => {
    const { login, questions, told } = await attempt({ doas: 'permit pi' }, ['x', passwords.pi]);
    expect(questions).toEqual([doasQuestion, doasQuestion]);
    expect(told).toContain('doas on device did not take it: doas: Authentication failed');
    expect((await login.exec('id -u')).stdout).toBe('0\n');
  });

  test('su is offered where sudo took the password and leaves this user out', async () => {
    const answers = [passwords.pi, passwords.root];
    const { login, questions, told } = await attempt({ sudoers: 'root ALL=(ALL) ALL' }, answers);
    expect(questions).toEqual([sudoQuestion, suQuestion]);
    expect(told).toMatch(
      /sudo on device lets this user run nothing: pi is not in the sudoers file[^"]*; su is tried, which asks for the password of root/,
    );
    expect((await login.exec('id -u')).stdout).toBe('0\n');
  });

  test('su is offered where nobody answers for sudo; then each is named', async () => {
    const { login, questions } = await attempt({ sudoers: 'pi ALL=(ALL) ALL' }, []);
    expect(questions).toEqual([sudoQuestion, suQuestion]);
    expect(login.notRoot).toMatchObject([
      { why: 'sudo asks for a password' },
      { why: 'su asks for the password of root' },
    ]);
  });

  test('a password in a file is told to each in turn, and nobody is asked', async () => {
    const sudoers = 'pi ALL=(ALL) ALL';
    const { login, questions } = await attempt({ sudoers }, [], passwords.root);
    expect((await login.exec('id -u')).stdout).toBe('0\n');
    expect(questions).toEqual([]);
    await expect(attempt({ sudoers }, [], 'of nobody')).rejects.toMatchObject({
      code: 'NOT_ROOT',
      message: expect.stringMatching(
        /^sudo on device took no password: .*; su on device took no password: .*ailure$/,
      ) as string,
      hint: 'Try it by hand: ssh -t device sudo true.',
    });
  });

  test('a doas that asks is named where the device has no script(1)', async () => {
    const { login, questions } = await attempt({ doas: 'permit pi', noScript: true }, []);
    expect(questions).toEqual([suQuestion]);
    expect(login.notRoot).toMatchObject(
      [
        { why: 'su asks for the password of root' },
        { why: /^doas: /, advice: /permit nopass pi/ },
      ].map(({ why, advice }) => ({
        why: typeof why === 'string' ? why : (expect.stringMatching(why) as string),
        ...(advice ? { advice: expect.stringMatching(advice) as string } : {}),
      })),
    );
  });
});
