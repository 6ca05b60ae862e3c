/** Becoming root by the real sudo, doas and su, over a real sshd. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { connectRunning } from '../../src/device/connect.js';
import { connectRoot, type Login } from '../../src/device/root-login.js';
import { onSshTerminal } from '../../src/device/ssh-terminal.js';
import type { Progress } from '../../src/progress.js';
import { inShell, quote } from '../../src/shared/shell-quote.js';
import type { Ask } from '../../src/ssh/askpass.js';
import type { ExecResult, Transport } from '../../src/ssh/transport.js';
import { sshConfig } from './clients.js';
import { canServePi } from './pi.js';
import { startServer, type Kind } from './servers.js';
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

/** Real servers, and a device whose programs are all busybox's. */
const devices: [Kind, string, string[]][] = [
  ['sshd', 'Debian', []],
  ['dropbear', 'Debian', []],
  ['sshd', 'busybox', ['SetEnv PATH=FOLDER/bin']],
];
describe.each(devices)('a terminal of SSH: %s, %s', (kind, _, lines) => {
  /** What comes of a program that asks there by `questions`, and what the terminal printed. */
  async function askedBy(questions: string): Promise<{ result: ExecResult; printed: string }> {
    const server = await startServer(kind, lines);
    started.push(server);
    mkdirSync(join(server.folder, 'bin'));
    execFileSync('busybox', ['--install', '-s', join(server.folder, 'bin')]);
    await using running = await connectRunning({ host: 'device', sshConfig: sshConfig(server) });
    const pieces: Uint8Array[] = [];
    const watched: Transport = {
      ...running,
      exec: (command, { onBytes, ...options } = {}) => {
        // fish and csh, as login shells, would take no other.
        expect(command).not.toMatch(/'[^']*(\n|\\['\\])[^']*'/);
        return running.exec(command, {
          ...options,
          onBytes: (piece) => {
            pieces.push(piece);
            onBytes?.(piece);
          },
        });
      },
    };
    const by = (text: string) => `${questions} sh -c ${quote(text)}`;
    const asker = { mark: 'm4rk', password: 'hidden', by };
    const result = await onSshTerminal(watched, asker, 'cat; exit 5', { stdin: 'in' });
    return { result, printed: Buffer.concat(pieces).toString() };
  }

  test('prints nothing that is typed, also where the question does not hide it', async () => {
    const { result, printed } = await askedBy(
      `printf 'Password: '; read -r typed; [ "$typed" = hidden ] &&`,
    );
    expect(result).toEqual({ code: 5, stdout: 'in', stderr: '' });
    expect(printed).toMatch(/m4rk asks\r?\nPassword: [^]*m4rk runs/);
    expect(printed).not.toContain('hidden');
  });

  test('is left where there is a second question', async () => {
    const { result } = await askedBy(
      `printf 'Password: '; read -r typed; printf 'Code: '; read -r code;`,
    );
    expect(result).toMatchObject({ stdout: '', stderr: expect.stringMatching(/^Code:/) as string });
    expect(result.code).not.toBe(0);
  });
});

describe.runIf(canServePi)('a login that is not root', () => {
  test.each<[string, Ways, string, string]>([
    ['doas with a password', { doas: 'permit pi' }, doasQuestion, passwords.pi],
    [
      'doas where a connection may have one session',
      { doas: 'permit pi', sshd: ['MaxSessions 1'] },
      doasQuestion,
      passwords.pi,
    ],
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
    const { stdout: environment } = await login.exec(
      `echo "$HOME:$USER:\${SSH_CONNECTION:+there}"`,
    );
    expect(environment).toMatch(/^\/tmp\/.*\/home:pi:there\n$/);
    // Of those that this command began, whatever else runs here.
    const { stdout } = await login.exec(
      `for p in $(ls /proc | grep '^[0-9]'); do tr '\\0' ' ' </proc/$p/cmdline; tr '\\0' ' ' </proc/$p/environ; done 2>/dev/null | grep -c ${password === passwords.pi ? "'ras[p] .berry'" : "'of .[r]oot'"}`,
    );
    expect(stdout).toBe('0\n');
    expect(told).not.toMatch(/rasp|of 'root/);
    expect(questions).toHaveLength(1);
  });

  const shells = ['/usr/bin/fish', '/usr/bin/tcsh', '/usr/bin/zsh', '/usr/bin/rbash'];
  test.each(shells)('%s as the shell of this user and of root', async (shell) => {
    const command = inShell(`printf '%s\\n' "a 'b' !c \\\\ $(id -u)"\nexit 7`);
    const said = { stdout: "a 'b' !c \\ 0\n", code: 7 };
    const all = 'pi ALL=(ALL:ALL)';
    for (const [ways, password] of [
      [{ sudoers: `${all} NOPASSWD: ALL` }, ''],
      [{ sudoers: `${all} ALL` }, passwords.pi],
      [{ doas: 'permit pi' }, passwords.pi],
      [{}, passwords.root],
    ] as const) {
      const { login } = await attempt({ ...ways, shell }, [password]);
      expect(await login.exec(command, { timeoutMs: 20_000 })).toMatchObject(said);
      expect(await login.exec('sh -s', { stdin: 'exit 5', timeoutMs: 20_000 })).toMatchObject({
        code: 5,
      });
    }
  });

  test('a wrong password of doas is asked for again', async () => {
    const { login, questions, told } = await attempt({ doas: 'permit pi' }, ['x', passwords.pi]);
    expect(questions).toEqual([doasQuestion, doasQuestion]);
    expect(told).toContain('doas on device did not take it: doas: Authentication failed');
    expect((await login.exec('id -u')).stdout).toBe('0\n');
  });

  test('lines are read as they come by a terminal of SSH, and a command ends when it is to', async () => {
    const { login } = await attempt({ doas: 'permit pi' }, [passwords.pi]);
    const lines: string[] = [];
    const stop = new AbortController();
    const ended = login.exec('echo one; echo two; sleep 600.25', {
      signal: stop.signal,
      onLine: (line) => void (lines.push(line) === 2 && stop.abort(new Error('enough'))),
    });
    await expect(ended).rejects.toThrow('enough');
    expect(lines).toEqual(['one', 'two']);
    await vi.waitFor(async () => {
      const { stdout } = await login.exec('cat /proc/[0-9]*/cmdline | grep -c "600[.]25"');
      expect(stdout).toBe('0\n');
    }, 60_000);
    // What does not read its input ends nonetheless, and so does what leaves it open.
    const endless = (async function* () {
      for (;;) yield await Promise.resolve(bytes);
    })();
    expect(await login.exec('exit 3', { stdin: endless })).toMatchObject({ code: 3 });
  });

  test('nothing is asked where sudo wants a terminal, and no password', async () => {
    const sudoers = 'Defaults requiretty\npi ALL=(ALL:ALL) NOPASSWD: ALL';
    const { login, questions } = await attempt({ sudoers }, []);
    expect(questions).toEqual([]);
    expect(await login.exec('id -u; cat', { stdin: 'read' })).toMatchObject({ stdout: '0\nread' });
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
      hint: expect.stringMatching(
        /^The password in \S+, which .* names, was refused by sudo and by su: .* Try `ssh -t device sudo true` by hand\.$/,
      ) as string,
    });
  });

  test('who mistypes a password is told nothing of a file', async () => {
    const wrong = attempt({ sudoers: 'pi ALL=(ALL) ALL' }, ['x', 'x', 'x']);
    await expect(wrong).rejects.toMatchObject({ hint: 'Try `ssh -t device sudo true` by hand.' });
  });

  test('what wants a terminal is named where SSH makes none', async () => {
    const ways = {
      doas: 'permit pi',
      sudoers: 'Defaults requiretty\npi ALL=(ALL:ALL) ALL',
      sshd: ['PermitTTY no'],
    };
    const { login, questions } = await attempt(ways, []);
    expect(questions).toEqual([suQuestion]);
    const refused = (program: string, line: RegExp) => ({
      why: `${program}: the SSH server gives this login no terminal, which it wants`,
      advice: expect.stringMatching(line) as string,
    });
    expect(login.notRoot).toEqual([
      { why: 'su asks for the password of root', advice: expect.any(String) as string },
      refused('sudo', /^PermitTTY in sshd_config.*`Defaults:pi !requiretty` in sudoers/),
      refused('doas', /`permit nopass pi` in doas.conf/),
    ]);
  });
});

test.each([
  ['missing', undefined, /cannot be read: ENOENT/],
  ['readable by others', 0o644, /^others on this machine may read the password/],
])('a password file that is %s is refused before anything connects', async (_, mode, message) => {
  const folder = mkdtempSync(join(tmpdir(), 'levitate-ways-'));
  started.push({ stop: () => Promise.resolve(rmSync(folder, { recursive: true })) });
  const [file, config, tried] = ['password', 'config', 'tried'].map((name) => join(folder, name));
  if (mode !== undefined) writeFileSync(file!, 'x', { mode });
  writeFileSync(config!, `Host *\n  User pi\n  ProxyCommand touch ${tried}\n`);
  vi.stubEnv('LEVITATE_SUDO_PASSWORD_FILE', file);
  const login = connectRoot({ host: 'device', sshConfig: config! });
  await expect(login).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringMatching(message) as string,
  });
  expect(existsSync(tried!)).toBe(false);
});
