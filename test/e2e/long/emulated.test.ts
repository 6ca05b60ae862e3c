/**
 * The tutorial of the emulated device, word for word as far as a `$` stands before its commands, in a folder that is like a
 * checkout whose device is switched on. A screen that is not as the document has it fails, with the difference;
 * `npx vitest run --project long emulated -u` writes it into the document.
 */
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { expect } from 'vitest';
import { deviceArtifacts } from '../../lab/index.js';
import { onTerminal, screenOf } from '../../terminal.js';
import { deviceTest } from '../device-test.js';
import { minutes } from '../lines.js';
import { answerTo, performed } from './performed.js';

const checkout = resolve(import.meta.dirname, '../../..');
const document = join(checkout, 'docs/tutorial/emulated.md');
const sshConfig = '.cache/lab/run/router-ubi/ssh_config';

const test = deviceTest('router-ubi');

test('the emulated device, word for word', { timeout: minutes(30) }, async ({ levitate }) => {
  const cwd = await levitate.folder();
  await likeCheckout(cwd, levitate.device.sshConfig);
  const env = { XDG_STATE_HOME: levitate.stateHome, F: sshConfig };
  const perform = async (command: string, told: string) => {
    const printed = await onTerminal(
      `stty cols 80 rows 24; ${command}; echo "status=$?"`,
      (since) => answerTo(since, told),
      { cwd, env, boundMs: minutes(10) },
    );
    const [, screen = printed, status] = /^([^]*)status=(\d+)\s*$/.exec(printed) ?? [];
    if (status !== '0') throw new Error(`$ ${command}\n${screenOf(screen)}\nended with ${status}`);
    return screenOf(screen).replace(/^\n+/, '');
  };
  const text = await readFile(document, 'utf8');
  await expect(await performed(text, perform)).toMatchFileSnapshot(document);
  expect(await levitate.device.sh('cat /etc/build-id')).toBe('router-ubi 2');
});

/** Has in a folder what the document's commands need of a checkout: the program for npx, the device's images and its ssh_config. */
async function likeCheckout(folder: string, config: string): Promise<void> {
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  await mkdir(join(folder, 'node_modules/.bin'), { recursive: true });
  await symlink(checkout, join(folder, 'node_modules/levitate'));
  await symlink('../levitate/dist/cli/main.js', join(folder, 'node_modules/.bin/levitate'));
  await mkdir(dirname(join(folder, sshConfig)), { recursive: true });
  await copyFile(config, join(folder, sshConfig));
  const { v2 } = await deviceArtifacts('router-ubi');
  await symlink(dirname(v2.ubi), join(folder, '.cache/lab/router-ubi-images'));
}
