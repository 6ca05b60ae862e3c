/** Ctrl-C, and a terminal that is closed, in each phase of the whole way: what the person reads, the exit status, and where the device is. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { deviceArtifacts } from '../../lab/index.js';
import { hangUp, onTerminal, screenOf } from '../../terminal.js';
import { deviceTest } from '../device-test.js';
import type { Levitate } from '../levitate.js';
import { minutes } from '../lines.js';

const test = deviceTest('router-ubi', { scope: 'file' });

type How = 'Ctrl-C' | 'a closed terminal';

/** Runs a command on a terminal, which is stopped in a phase. The inner shell outlives that, and tells how it has ended; the outer one leads the session, and its end is what the command is told of. */
async function stopped(levitate: Levitate, verb: string, phase: string, how: How) {
  const { device, host, stateHome } = levitate;
  const image = `layout=${(await deviceArtifacts('router-ubi')).v2.flash} --yes`;
  const profile = await levitate.profile();
  const words = { deploy: `${profile} ${image}`, enter: profile, flash: image }[verb] ?? '';
  const status = join(await levitate.folder(), 'status');
  const call = `node dist/cli/main.js ${verb} -F ${device.sshConfig} ${host} ${words}`;
  const printed = await onTerminal(
    `sh -c '(trap "" INT HUP; ${call}; echo $? >${status}); true'`,
    // A phase is drawn with what it is at, and told with its seconds once it has ended.
    [{ when: new RegExp(` ${phase} +[^\\n]*(…|\\[)`), type: how === 'Ctrl-C' ? '\x03' : hangUp }],
    {
      env: { XDG_STATE_HOME: stateHome, LC_ALL: 'C.UTF-8', TERM: 'xterm' },
      boundMs: minutes(5),
    },
  );
  const ended = () => readFile(status, 'utf8').catch(() => '');
  await expect.poll(ended, { timeout: minutes(3), interval: 500 }).toMatch(/^\d+\n/);
  const exit = Number(await ended());
  await rm(status);
  return { printed: screenOf(printed), exit };
}

const whereIs = (levitate: Levitate, where: string) =>
  expect
    .poll(async () => (await levitate.status()).where, { timeout: minutes(5), interval: 1000 })
    .toBe(where);

test.for([
  ['build', 'Ctrl-C'],
  ['facts', 'a closed terminal'],
  ['preflight', 'Ctrl-C'],
  ['stage', 'a closed terminal'],
  ['configure', 'Ctrl-C'],
  ['rehearse', 'a closed terminal'],
  ['arm', 'Ctrl-C'],
] as const)(
  'in the phase %s, %s leaves the device as it was found',
  { timeout: minutes(5) },
  async ([phase, how], { levitate }) => {
    const { printed, exit } = await stopped(levitate, 'deploy', phase, how);
    if (how === 'Ctrl-C') expect(printed).toMatch(/^INTERRUPTED: interrupted; /m);
    expect(exit).toBe(how === 'Ctrl-C' ? 4 : 129);
    await whereIs(levitate, 'normal');
    expect(await levitate.device.sh('grep -c levitate /proc/mounts || true')).toBe('0');
  },
);

test.for([
  ['trigger', 'Ctrl-C'],
  ['wait', 'a closed terminal'],
  ['release', 'Ctrl-C'],
] as const)(
  'in the phase %s, %s leaves a device that goes on into maintenance, where the same command carries on',
  { timeout: minutes(10) },
  async ([phase, how], { levitate }) => {
    const { printed, exit } = await stopped(levitate, 'enter', phase, how);
    if (how === 'Ctrl-C') expect(printed).toMatch(/^INTERRUPTED_IN_MAINTENANCE: [^]*same command/m);
    expect(exit).toBe(how === 'Ctrl-C' ? 5 : 129);
    await whereIs(levitate, 'maintenance');
    const again = await levitate.run('enter', [await levitate.profile()]);
    expect(again).toMatchObject({ exit: 0, last: { already: true } });
    expect((await levitate.run('leave')).exit).toBe(0);
  },
);

test(
  'while images are compared, Ctrl-C takes a deploy back to the old system',
  { timeout: minutes(10) },
  async ({ levitate }) => {
    const { printed, exit } = await stopped(levitate, 'deploy', 'compare', 'Ctrl-C');
    expect(printed).toMatch(/^INTERRUPTED: interrupted; nothing was written, and \S+ is back in/m);
    expect(printed).not.toContain('IN_MAINTENANCE');
    expect(exit).toBe(4);
    await whereIs(levitate, 'normal');
  },
);

test(
  'a write and its read-back stop in maintenance, and the same command carries on',
  { timeout: minutes(20) },
  async ({ levitate }) => {
    await levitate.enter(await levitate.profile());
    for (const [phase, how] of [
      ['compare', 'Ctrl-C'],
      ['write', 'a closed terminal'],
      ['write', 'Ctrl-C'],
      ['verify', 'a closed terminal'],
      ['verify', 'Ctrl-C'],
    ] as const) {
      const { printed, exit } = await stopped(levitate, 'flash', phase, how);
      const touched = phase !== 'compare';
      if (how === 'Ctrl-C')
        expect(printed).toMatch(
          touched ? /^INTERRUPTED_IN_[^]*tells\s+what was written/m : /^Nothing was written\./m,
        );
      expect([phase, how, exit]).toEqual([phase, how, how === 'Ctrl-C' ? 5 : 129]);
      expect((await levitate.status()).maintenance).toMatchObject({ touched });
    }
    const image = (await deviceArtifacts('router-ubi')).v2.flash;
    expect((await levitate.run('flash', [`layout=${image}`])).exit).toBe(0);
  },
);

test(
  'told to leave, the device leaves whatever becomes of the terminal',
  { timeout: minutes(10) },
  async ({ levitate }) => {
    const { exit } = await stopped(levitate, 'leave', 'confirm', 'a closed terminal');
    expect(exit).toBe(129);
    await whereIs(levitate, 'normal');
    expect(await levitate.device.sh('cat /etc/build-id')).toBe('router-ubi 2');
  },
);

test('Ctrl-C while the device reboots says so', { timeout: minutes(10) }, async ({ levitate }) => {
  await levitate.enter(await levitate.profile());
  const { printed, exit } = await stopped(levitate, 'leave', 'confirm', 'Ctrl-C');
  expect(printed).toMatch(/^NOT_CONFIRMED: interrupted [^]*It is rebooting\./m);
  expect(exit).toBe(6);
  await whereIs(levitate, 'normal');
});
