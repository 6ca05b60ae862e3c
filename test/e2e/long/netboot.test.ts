/** A device whose disk holds nothing: its boot loader finds the archive on a TFTP server, and a deploy ends in the new system. */
import { execa } from 'execa';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { NetbootMachine, type NetbootLoader } from '../../lab/netboot.js';
import { startCommand } from '../command.js';
import { minutes, wrote } from '../lines.js';
import { netbootCases, rescueProfile } from '../netboot-cases.js';

const mib = 1024 * 1024;

test.each(Object.keys(netbootCases) as NetbootLoader[])(
  'by %s: an empty disk, a power cut in the middle of the write, and the new system in the end',
  { timeout: minutes(20) },
  async (loader) => {
    const about = await netbootCases[loader]();
    const folder = await mkdtemp(join(tmpdir(), 'levitate-netboot-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const [tftp, profile] = [join(folder, 'tftp'), await rescueProfile(folder, about)];
    await execa('node', [
      ...['dist/cli/main.js', 'build', profile, '-o', join(folder, 'rescue.cpio.gz')],
      ...['--netboot', tftp, '--kernel', about.kernel, '--append', `console=${about.console}`],
    ]);
    const diskBytes = (await stat(about.image)).size + 16 * mib;
    const dir = join(folder, 'machine');
    const machine = await NetbootMachine.make({ loader, tftp, dir, diskBytes });
    onTestFinished(() => machine.cut());
    const deploy = () => {
      const words = ['deploy', '-F', machine.sshConfig, loader, profile, `disk=${about.image}`];
      return startCommand([...words, '--yes'], join(folder, 'state'));
    };

    await machine.start();
    const first = deploy();
    await first.until(wrote(10 * mib));
    await machine.cut();
    first.signal('SIGKILL');
    await first.ended;

    // Half of a system is none: the boot loader goes on to the network.
    await machine.start();
    const { exit, last } = await deploy().ended;
    expect(last).toMatchObject({ type: 'result', leave: { isNew: true, build: about.build } });
    expect(exit).toBe(0);
    expect(await machine.sh('cat /etc/build-id')).toBe(about.build);
  },
);
