import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest';
import { markedFacts } from '../../../src/device/fact-lines.js';
import { gatherFacts } from '../../../src/device/gather-facts.js';
import { runScript } from '../../../src/device/run-script.js';
import { gatherProbeFacts, missingPrograms } from '../../../src/device/probe-facts.js';
import { localTransport } from '../../unit/device/local-transport.js';

/** Logins that print, and the shells that they run the command in. */
const logins: [string, string][] = [
  ['says nothing', 'eval "$1"'],
  ['greets', 'echo Welcome; eval "$1"'],
  ['prints who it is', 'echo "uid=1000(me) gid=1000(me)"; eval "$1"'],
  ['resets colours, without a line end', 'printf \'\\033[0m\'; eval "$1"'],
  ['prints what looks like facts', 'echo kernel=9.9.9; echo uid=1000; eval "$1"'],
  ['shows the words of before', 'echo levitate-facts=1; echo end=yes; eval "$1"'],
  ['shows marks of another time', 'echo \'@0a1b uid=1000 0a1b@\'; eval "$1"'],
  ['says goodbye', 'eval "$1"; status=$?; echo uid=1000; printf bye; exit $status'],
  [
    'leaves a program running that prints',
    'while :; do echo uid=1000; printf kernel=9; done & noise=$!; eval "$1"; status=$?; kill $noise; exit $status',
  ],
  ['calls everything a success', 'eval "$1"; exit 0'],
  ['is a terminal', 'eval "$1" | sed "s/$/\\r/"'],
  ['repeats what it was given', 'tee /dev/stderr | eval "$1"'],
];

describe('what a device tells', () => {
  let alone: Awaited<ReturnType<typeof gatherProbeFacts>>;
  beforeAll(async () => {
    alone = await gatherProbeFacts(localTransport());
  });

  it.each(logins)('is the same under a login that %s', async (_, login) => {
    const device = localTransport(login);
    // What this machine mounts meanwhile, as the lab does that builds devices, one of the two has seen and the other one not.
    await vi.waitFor(
      async () => {
        const { facts, probed } = await gatherProbeFacts(device);
        expect(facts.uid).toBe(process.getuid?.());
        const { memoryAvailable } = facts;
        const told = alone;
        alone = await gatherProbeFacts(localTransport());
        expect({ facts, probed }).toEqual({ ...told, facts: { ...told.facts, memoryAvailable } });
      },
      { timeout: 120_000 },
    );
    const asked = ['sh', 'no-such-program', 'Welcome'];
    expect(await missingPrograms(device, asked)).toEqual(['no-such-program', 'Welcome']);
  });
});

describe.each(logins.filter(([name]) => !/terminal|leaves/.test(name)))(
  'a login that %s',
  (_, login) => {
    it.each([
      ["printf 'one\\ntwo'", 'one\ntwo', 0],
      ["printf '\\001\\200\\n'; exit 3", '\u0001\u0080\n', 3],
      ["cat; kill -9 $(sh -c 'echo $PPID')", '', 137],
      ['true', '', 0],
    ])('leaves the bytes and the status of %j alone', async (script, stdout, code) => {
      const answer = await runScript(localTransport(login), script);
      expect([answer.stdout.toString('latin1'), answer.code]).toEqual([stdout, code]);
    });
  },
);

test.each([
  [
    'a login that runs nothing',
    'cat >/dev/null; echo no commands here',
    /it says: no commands here$/,
  ],
  ['a login that fails', 'exit 7', /it says nothing \(status 7\)$/],
  ['a cut before its end', 'head -c 200 | eval "$1"', /\(status 2\)$/],
])('%s is refused, with what it says', async (_, login, message) => {
  const refusal = { code: 'LOGIN_RESTRICTED', message: expect.stringMatching(message) as string };
  await expect(runScript(localTransport(login), 'touch /nowhere/x')).rejects.toMatchObject(refusal);
  await expect(gatherFacts(localTransport(login))).rejects.toMatchObject(refusal);
});

test('a cut of its output is no success', async () => {
  const login = 'eval "$1" | head -c 45';
  const answer = await runScript(localTransport(login), 'echo much; echo more; touch /nowhere/x');
  expect(answer.code).toBe(null);
  await expect(gatherFacts(localTransport(login))).rejects.toMatchObject({ code: 'REMOTE_FAILED' });
});

test('a login that is killed before it runs anything is no restricted one', async () => {
  const { code } = await runScript(localTransport('kill -9 $$'), 'echo');
  expect(code).toBe(null);
});

describe('in every shell that a device may have', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'levitate-shells-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(['dash', 'bash', 'busybox'])(
    '%s: facts without id, and with the system programs',
    async (shell) => {
      const bin = join(folder, shell);
      const path = process.env['PATH']?.split(':') ?? [];
      await mkdir(bin);
      const { stdout } = await execa('sh', ['-c', `command -v ${shell}`], {
        env: { PATH: path.join(':') },
      });
      await symlink(stdout, join(bin, 'sh'));
      // Found before the system's own, and worse than none.
      await writeFile(join(bin, 'id'), '#!/bin/sh\nexit 127\n', { mode: 0o755 });
      const device = localTransport('eval "$1"', { PATH: `${bin}:/usr/bin:/bin` });
      const facts = await gatherFacts(device);
      expect(facts).toMatchObject({ uid: process.getuid?.(), missing: [] });
      expect(facts.memoryAvailable).toBeGreaterThan(0);
      const { stdout: found } = await runScript(device, 'echo "$PATH"; command -v chroot');
      expect(found.toString()).toMatch(
        /^.*:\/usr\/bin:\/bin:.*\/usr\/sbin.*:\/sbin.*\n(\S*\/sbin\/)?chroot\n$/,
      );
    },
  );
});

test('the words of facts stand in what a script tells, however it is cut in pieces', async () => {
  const script =
    'printf "a=b\\n" | lines note; fact hostname "  x  "; fact init-root ""; printf end | lines swap';
  const { all, one } = markedFacts(await runScript(localTransport(), script));
  expect([all('note'), one('hostname'), all('init-root'), all('swap')]).toEqual([
    ['a=b'],
    '  x  ',
    [''],
    ['end'],
  ]);
});
