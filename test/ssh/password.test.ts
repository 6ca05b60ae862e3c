/** Logins by a password that PAM asks for, typed on a terminal; and other questions there. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { normalised } from '../unit/profiles.js';
import { compiledProgram } from '../program.js';
import { onTerminal, type Key } from '../terminal.js';
import { goodFlasher, startPretender } from './pretender.js';
import { canServePi, password, startPi } from './pi.js';

let program: Awaited<ReturnType<typeof compiledProgram>>;
beforeAll(async () => {
  program = await compiledProgram();
});
afterAll(() => program.remove());

const started: { stop(): Promise<void> }[] = [];
afterEach(() => Promise.all(started.splice(0).map((one) => one.stop())));

/** Runs a command on a terminal; what was printed ends with the exit status. */
const typed = (words: string, keys: Key[], state: string): Promise<string> =>
  onTerminal(`bash -c 'node ${program.main} ${words}; echo "status=$?"'`, keys, {
    boundMs: 100_000,
    env: { XDG_STATE_HOME: state, LEVITATE_SUDO_PASSWORD_FILE: '' },
  });

/** A secret is typed behind its question, where the cursor stands. */
const login = { when: /\(pi@\S+\) Password: $/, type: `${password}\n` };
const ofSudo = /Password of sudo on device: $/;
const ofSu = /Password of root on device, for su: $/;
const ofSuAnywhere = /for su: /;

test.runIf(canServePi)(
  'keyboard-interactive: one question for all that a command does over the connection',
  async () => {
    const server = await startPi();
    started.push(server);
    const keys = [login, { when: ofSudo, type: '\x04' }, { when: ofSu, type: '\x04' }];
    const said = await typed(`probe device -F ${server.config}`, keys, server.folder);
    expect(said.match(/Password:/g)).toHaveLength(1);
    // Each stands on a line of its own, though no key that ends one is shown.
    expect(said).toMatch(/Password: \r\n[^]*sudo on device: \r\n[^]*for su: \r\n/);
    expect(said).toMatch(
      /REFUSED +root +the login has user id 4242; sudo asks for a\s+password;\s+su\s+asks/,
    );
    expect(said).not.toContain(password);
    expect(said).toMatch(/status=3\s*$/);
  },
  120_000,
);

test.runIf(canServePi)(
  'a mistyped one is asked for again, and what no answer opens tells which logins there are',
  async () => {
    const server = await startPi();
    started.push(server);
    const wrong = { ...login, type: 'wrong\n' };
    const said = await typed(
      `doctor device -F ${server.config}`,
      [wrong, wrong, wrong],
      server.folder,
    );
    expect(said.match(/Password:/g)).toHaveLength(3);
    expect(said).toMatch(
      /REFUSED +connection +device does not let us in: \S+\s+Permission\s+denied \(/,
    );
    // As probe ends then.
    expect(said).toMatch(/status=3\s*$/);
  },
  120_000,
);

test.runIf(canServePi)(
  "Ctrl-C at sudo's question interrupts, and is not told as a missing password",
  async () => {
    const server = await startPi();
    started.push(server);
    const keys = [login, { when: ofSudo, type: '\x03' }];
    const said = await typed(`probe device -F ${server.config}`, keys, server.folder);
    expect(said).toMatch(/INTERRUPTED: interrupted; nothing on the device has changed/);
    expect(said).not.toMatch(/asks for a password|REFUSED/);
    // Nothing more is asked, and what is told is not behind the question.
    expect(said).not.toMatch(ofSuAnywhere);
    expect(said).toMatch(/Password of sudo on device: \r\n +warning: Stopping/);
    expect(said).toMatch(/status=4\s*$/);
  },
  120_000,
);

test('leave --force asks before it reboots what is half written, and does nothing for a wrong answer', async () => {
  const profile = { ...normalised(), targets: { disk: { block: '/dev/vda' } } };
  const touched = goodFlasher
    .replace(
      '"touched":false,"targets":{}',
      '"touched":true,"targets":{"block-_dev_vda":"touched"}',
    )
    .replace(
      'journal)',
      `profile) echo '${JSON.stringify({ type: 'profile', profile })}' ;;\njournal)`,
    );
  const device = await startPretender({ flasher: touched });
  started.push(device);
  const keys = [{ when: /Type the host name to go on: $/, type: 'other\n' }];
  const said = await typed(`leave device --force -F ${device.config}`, keys, device.state);
  expect(said).toMatch(/This reboots device, and it will probably not boot:/);
  expect(said).toMatch(/ {2}disk {2}was written to, and is not read back whole/);
  expect(said).toMatch(/DECLINED: nobody agreed to reboot device half written/);
  expect(said).toMatch(/status=5\s*$/);
}, 120_000);
