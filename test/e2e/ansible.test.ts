/** The modules for Ansible look at a device, and say in check mode what they would overwrite: with levitate itself. */
import { join } from 'node:path';
import { expect } from 'vitest';
import { bringModules, play } from '../integration/automation/playbook.js';
import { compressed, deviceArtifacts } from '../lab/index.js';
import { deviceTest } from './device-test.js';
import { minutes } from './lines.js';

const program = join(import.meta.dirname, '../../dist/cli/main.js');
const test = deviceTest('router-ubi');

test(
  'Ansible looks at a router, and in check mode says what would go where',
  { timeout: minutes(4) },
  async ({ levitate }) => {
    const { device } = levitate;
    const { v2 } = await deviceArtifacts('router-ubi');
    const image = await compressed(v2.ubi, 'gz');
    const bootId = await device.bootId();
    const folder = await levitate.folder();
    await bringModules(folder);
    const there = { host: device.host, ssh_config: device.sshConfig };
    const common = { ...there, executable: ['node', program] };
    const env = { XDG_STATE_HOME: levitate.stateHome };
    const tasks = [
      { module: 'levitate_probe', parameters: common },
      { module: 'levitate_deploy', parameters: { ...common, image } },
    ];
    const { given, stdout } = await play({ folder, env }, tasks, '--check', '--diff');
    expect(given).toMatchObject([
      {
        failed: false,
        changed: false,
        exit: 0,
        refused: [],
        result: { facts: { state: 'normal' } },
      },
      { failed: false, changed: true, exit: 0, result: { enter: { entered: false } } },
    ]);
    expect(stdout).toContain(`${image} -> `);
    expect(await device.bootId()).toBe(bootId);
    expect(await device.sh('cat /etc/build-id')).toBe('router-ubi 1');
  },
);
