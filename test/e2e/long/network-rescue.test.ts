/** A device whose disk is empty, in a network of its own: armed and served by levitate, it ends in the new system. */
import { execa } from 'execa';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { guestAddress, guestMac, NetbootMachine, type NetbootLoader } from '../../lab/netboot.js';
import { Namespace } from '../../lab/namespace.js';
import { startCommand } from '../command.js';
import { minutes, wrote, type Line } from '../lines.js';
import { netbootCases, rescueProfile } from '../netboot-cases.js';

const mib = 1024 * 1024;

test.each(Object.keys(netbootCases) as NetbootLoader[])(
  'by %s: levitate arms it, serves it, is found by it after a power cut as well, and lets go of it',
  { timeout: minutes(25) },
  async (loader) => {
    expect(await Namespace.isPossible(), 'it needs root, and taps').toBe(true);
    const about = await netbootCases[loader]();
    const folder = await mkdtemp(join(tmpdir(), 'levitate-rescue-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const state = join(folder, 'state');
    const profile = await rescueProfile(folder, about);
    const armed = await execa(
      'node',
      [
        ...['dist/cli/main.js', 'rescue', 'arm', guestMac, profile, '--json'],
        ...['--kernel', about.kernel, '--append', `console=${about.console}`],
      ],
      { env: { XDG_STATE_HOME: state } },
    );
    const { folder: tftp } = JSON.parse(armed.stdout.split('\n').at(-1)!) as { folder: string };

    const namespace = await Namespace.make('10.0.2.2/24');
    onTestFinished(() => namespace[Symbol.asyncDispose]());
    const inside = (words: string[]) => startCommand(words, state, {}, namespace.enter);
    const range = `${guestAddress},${guestAddress}`;
    const server = inside(['rescue', 'serve', '--interface', namespace.card, '--range', range]);
    onTestFinished(async () => {
      server.signal('SIGTERM');
      await server.ended;
    });
    const diskBytes = (await stat(about.image)).size + 16 * mib;
    const dir = join(folder, 'machine');
    const machine = await NetbootMachine.make({ loader, tftp: namespace, dir, diskBytes });
    onTestFinished(() => machine.cut());
    const images = [profile, `disk=${about.image}`, '--yes'];
    const deploy = () => inside(['deploy', '-F', machine.sshConfig, loader, ...images]);

    await machine.start();
    const first = await deployed(deploy, wrote(10 * mib));
    expect(served(await readdir(tftp, { recursive: true }))).not.toEqual([]);
    await machine.cut();
    first.signal('SIGKILL');
    await first.ended;

    await machine.start();
    const { exit, last } = await (await deployed(deploy, ({ type }) => type === 'result')).ended;
    expect(last).toMatchObject({ type: 'result', leave: { isNew: true, build: about.build } });
    expect(exit).toBe(0);
    expect(await machine.sh('cat /etc/build-id')).toBe(about.build);
    expect(served(await readdir(tftp, { recursive: true }))).toEqual([]);
    expect(server.lines.map(({ message }) => message)).toContain(
      `${guestAddress} has got levitate/${guestMac.replaceAll(':', '-')}/kernel.`,
    );
  },
);

/** The files of the device. */
const served = (names: string[]) =>
  names.filter((name) => name.includes(guestMac.replaceAll(':', '-')) && !name.endsWith('-56'));

/** Deploys as a person would, again and again while nobody answers, until a line is as described. */
async function deployed(
  deploy: () => ReturnType<typeof startCommand>,
  matches: (line: Line) => boolean,
) {
  for (let tries = 0; ; tries += 1) {
    const command = deploy();
    if (await command.until(matches).then(Boolean, () => false)) return command;
    const { exit = 0, last } = await command.ended;
    if (tries > 200 || exit < 4) throw new Error(JSON.stringify(last));
    await sleep(2000);
  }
}
