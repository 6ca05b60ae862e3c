/**
 * A tree is put into an ext4 that is made for it on the disk of a device, and faults strike meanwhile. The programs are those of a
 * device, and the kernel is that of this machine. They need loop devices and FUSE, and so root.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { tarOf, type Member } from '../unit/image/tree/archives.js';
import { startCommand, type Command } from '../e2e/command.js';
import { wrote } from '../e2e/lines.js';
import type { Content } from './content.js';
import { Device } from './device.js';
import { Roots } from './roots.js';

const mib = 1024 * 1024;
const diskBytes = 64 * mib;
const noise = (bytes: number, seed: number): Buffer => {
  const words = new Uint32Array(bytes / 4);
  let word = seed;
  for (let at = 0; at < words.length; at += 1) {
    word = (Math.imul(word, 1664525) + 1013904223) | 0;
    words[at] = word ^ (word >>> 13);
  }
  return Buffer.from(words.buffer);
};
const capability = Buffer.from('0100000200040000000000000000000000000000', 'hex');
/** A tree with one of each, and enough bytes that something can happen meanwhile. */
const tree = (seed: number): Member[] => [
  { name: './', type: '5', mode: 0o751, pax: { uid: '3000000' } },
  { name: './sbin/', type: '5', mode: 0o755 },
  { name: './sbin/init', data: noise(8 * mib, seed), mode: 0o4755 },
  {
    name: './sbin/ping',
    data: noise(4096, seed),
    pax: { 'SCHILY.xattr.security.capability': capability },
  },
  { name: './sbin/again', type: '1', link: './sbin/init' },
  { name: './bin', type: '2', link: '/sbin' },
  { name: './dev/null', type: '3', mode: 0o666, fields: { 329: '0000001', 337: '0000003' } },
  { name: './dev/disk', type: '4', fields: { 329: '0000376', 337: '0300000' } },
  { name: './pipe', type: '6', mode: 0o600 },
  { name: './closed/', type: '5', mode: 0 },
  { name: './closed/below', data: Buffer.from('below') },
  { name: './shared/', type: '5', mode: 0o3775, pax: { gid: '70000' } },
  { name: './shared/other', data: Buffer.from('other') },
  { name: `./${'n'.repeat(90)}`, pax: { path: `long/${'é'.repeat(120)}` } },
];

let roots: Roots;
let device: Device;
let image: string;
const commands: Command[] = [];

beforeAll(async () => {
  if (process.getuid?.() === 0) roots = await Roots.make();
});
afterAll(() => roots?.remove());
beforeEach(async ({ task }) => {
  if (task.mode === 'skip') return;
  const folder = await mkdtemp(join(roots.folder, 'tree-'));
  const nothing = Buffer.alloc(0);
  const content: Content = {
    ...{ target: 'disk', image: nothing, oldImage: nothing, bad: [] },
    disk: Buffer.alloc(diskBytes, 'x'),
  };
  device = await Device.entered(folder, roots, content, 1, {});
  image = join(folder, 'tree.tar');
  await writeFile(image, tarOf(tree(1)));
});
afterEach(async () => {
  for (const command of commands) command.signal('SIGKILL');
  await Promise.all(commands.splice(0).map(({ ended }) => ended));
  await device?.remove();
});

const flash = (...words: string[]): Command => {
  const { sshConfig, host } = device;
  const own = ['-F', sshConfig, host, `tree=${image}`, '--yes', ...words];
  const command = startCommand(['flash', ...own], device.stateOf('ann'));
  commands.push(command);
  return command;
};
/** Starts it over a slow link, and waits until part of the tree has come. */
const begun = async (): Promise<Command> => {
  device.proxy.throttle(2 * mib);
  const command = flash();
  await command.until(wrote(3 * mib));
  return command;
};
/** What is mounted on the device, in whichever namespace one of its processes is. */
const mounted = () => device.run('cat /proc/[0-9]*/mounts | grep -c " ext4 " || :');
const whole = { names: 16, files: 5, bytes: 8 * mib + 4096 + 10 };
const expectWhole = async (command: Command, more: object = {}): Promise<void> => {
  const { exit, last } = await command.ended;
  expect(last, last.message).toMatchObject({ targets: [{ target: 'tree', tree: whole, ...more }] });
  expect(exit).toBe(0);
  expect(await mounted()).toBe('0');
  expect(await device.note()).toBe('verified');
};
/** What another program finds on the disk. */
const debugfs = (request: string): string =>
  execFileSync('debugfs', ['-R', request, device.medium.file], {
    stdio: ['ignore', 'pipe', 'ignore'],
  }).toString();

describe.skipIf(process.getuid?.() !== 0)('a tree', { timeout: 300_000 }, () => {
  test('is put, compared, and found by other programs as it is', async () => {
    await expectWhole(flash(), { resumed: false });
    await device.run('sync');
    execFileSync('e2fsck', ['-fn', device.medium.file], { stdio: 'ignore' });
    expect(debugfs('stat /sbin/init')).toMatch(/Mode: {2}04755 .*Size: 8388608\n.*Links: 2 /s);
    expect(debugfs('stat /dev/disk')).toMatch(
      /Type: block special.*device major\/minor number: 254:98304/is,
    );
    expect(debugfs('ea_get -x /sbin/ping security.capability').replace(/\s/g, '')).toContain(
      '01000002000400',
    );
    expect(debugfs('stat /')).toMatch(/Mode: {2}0751 .*User: 3000000/s);
    expect(debugfs('ls -p /')).not.toContain('.levitate-tree');
    expect(debugfs('show_super_stats -h')).toMatch(/Filesystem volume name: +system/);
  });

  test('goes on where the link was cut', async () => {
    const command = await begun();
    device.proxy.cut();
    device.proxy.throttle();
    await expectWhole(command, { resumed: true });
  });

  test('goes on by the same command where the one before was killed', async () => {
    const command = await begun();
    command.signal('SIGKILL');
    await command.ended;
    device.proxy.throttle();
    expect(await mounted()).not.toBe('0');
    await expectWhole(flash(), { resumed: true });
  });

  test('begins anew where another one comes, or the program that puts it has ended', async () => {
    const killed = await begun();
    killed.signal('SIGKILL');
    await killed.ended;
    await writeFile(image, tarOf(tree(2)));
    const other = await begun();
    for (const { pid, command } of await device.processes())
      if (command.includes('tree-put')) process.kill(pid, 'SIGKILL');
    device.proxy.throttle();
    const { exit, last } = await other.ended;
    expect(last).toMatchObject({ code: 'WRITE_FAILED' });
    expect(exit).toBe(5);
    expect(await mounted()).toBe('0');
    await expectWhole(flash(), { resumed: false });
  });

  test('leaves nothing that starts where the power is cut, and begins anew', async () => {
    await begun();
    await device.cut();
    expect(debugfs('ls -p /')).not.toMatch(/\/(sbin|bin|dev)\//);
    await device.switchOn();
    expect(device.system).toBe('off');
    device.proxy.throttle();
    await device.enter();
    await expectWhole(flash(), { resumed: false });
  });

  test('for which there is no room after all ends in words, and another one goes there', async () => {
    const names = Array.from({ length: 7000 }, (_, at) => ({
      name: 'x',
      pax: { path: `many/${String(at).padStart(250, 'n')}` },
    }));
    await writeFile(image, tarOf([{ name: 'full', data: noise(14_700 * 4096, 3) }, ...names]));
    const { exit, last } = await flash().ended;
    expect(last).toMatchObject({ code: 'WRITE_FAILED' });
    expect(last.message).toMatch(/cannot be (made|written): No space left on device/);
    expect(exit).toBe(5);
    expect(await mounted()).toBe('0');
    await writeFile(image, tarOf(tree(1)));
    await expectWhole(flash());
  });

  test('that is damaged or too large is refused before anything is written', async () => {
    await writeFile(image, tarOf(tree(1)).subarray(0, 5 * mib));
    expect(await flash().ended).toMatchObject({ last: { code: 'IMAGE_TRUNCATED' } });
    await writeFile(image, tarOf([{ name: 'large', data: noise(diskBytes, 1) }]));
    expect(await flash().ended).toMatchObject({
      last: {
        code: 'IMAGE_TOO_LARGE',
        message: expect.stringContaining(`${diskBytes} bytes in 1 files`) as string,
      },
    });
    expect(await device.note()).toBe('');
  });
});
