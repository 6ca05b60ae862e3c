/**
 * The first tutorial, word for word: on a machine that has no package manager, no xz and no zstd, from `npm install` to a board
 * in its new system. A screen that is not as the document has it fails, with the difference; `npx vitest run --project long
 * first-device -u` writes it into the document.
 */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { expect } from 'vitest';
import { quote } from '../../../src/shared/shell-quote.js';
import { packAll } from '../../../packages/tarballs.js';
import { readyRoots } from '../../lab/build/roots.js';
import { compressed, deviceArtifacts } from '../../lab/index.js';
import { onTerminal, screenOf } from '../../terminal.js';
import { deviceTest } from '../device-test.js';
import { minutes } from '../lines.js';
import { answerTo, performed } from './performed.js';

const checkout = resolve(import.meta.dirname, '../../..');
const document = join(checkout, 'docs/tutorial/first-device.md');
const machine = join(import.meta.dirname, 'bare-machine.sh');

const test = deviceTest('sbc-systemd');

test('the first device, word for word', { timeout: minutes(30) }, async ({ levitate }) => {
  const root = await bareMachine(await levitate.folder(), levitate.device.port);
  const cache = await npmSetting('cache');
  const perform = async (command: string, told: string) => {
    const line = ['sh', machine, root, cache, command].map(quote).join(' ');
    const printed = await onTerminal(
      `stty cols 80 rows 24; ${line}; echo "status=$?"`,
      (since) => answerTo(since, told, 'raspberry'),
      { boundMs: minutes(10) },
    );
    const [, screen = printed, status] = /^([^]*)status=(\d+)\s*$/.exec(printed) ?? [];
    if (status !== '0') throw new Error(`$ ${command}\n${screenOf(screen)}\nended with ${status}`);
    return screenOf(screen).replace(/^\n+/, '');
  };
  const text = await readFile(document, 'utf8');
  await expect(await performed(text, perform)).toMatchFileSnapshot(document);
  expect(await levitate.device.sh('cat /etc/build-id')).toBe('sbc-systemd 2');
});

/** The file system of a machine with somebody's home folder, where the packed packages and the new image are. */
async function bareMachine(root: string, port: number): Promise<string> {
  const home = join(root, 'home/you');
  await mkdir(join(home, '.ssh'), { recursive: true, mode: 0o700 });
  await mkdir(join(root, 'etc'));
  await writeFile(
    join(root, 'etc/passwd'),
    'root:x:0:0::/root:/bin/sh\nyou:x:1000:1000::/home/you:/bin/sh\n',
  );
  for (const name of ['hosts', 'nsswitch.conf', 'resolv.conf'])
    await cp(join('/etc', name), join(root, 'etc', name), { dereference: true });
  await writeFile(join(home, '.ssh/config'), `Host sbc\n  HostName 127.0.0.1\n  Port ${port}\n`);
  await writeFile(join(home, '.npmrc'), await npmSettings());
  await packAll(['x86_64'], await readyRoots('x86_64'), home);
  const { v2 } = await deviceArtifacts('sbc-systemd');
  await cp(await compressed(v2.disk, 'gz'), join(home, 'new.img.gz'));
  return root;
}

/** Where npm of this machine gets packages, what its cache has first; and a place for programs that an ordinary user may write. */
async function npmSettings(): Promise<string> {
  const own = [
    'prefer-offline=true',
    'audit=false',
    'fund=false',
    'update-notifier=false',
    'loglevel=error',
  ];
  for (const name of ['registry', 'cafile']) {
    const value = await npmSetting(name);
    if (value !== 'null') own.push(`${name}=${value}`);
  }
  return ['prefix=/home/you/.local', ...own, ''].join('\n');
}

const npmSetting = async (name: string): Promise<string> =>
  (await execa('npm', ['config', 'get', name], { cwd: checkout })).stdout;
