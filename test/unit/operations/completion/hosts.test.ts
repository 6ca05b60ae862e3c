import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { completionWords } from '../../../../src/cli/completion/words.js';
import { hostsForCompletion } from '../../../../src/operations/completion/hosts.js';
import { targetsForCompletion } from '../../../../src/operations/completion/targets.js';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'levitate-hosts-'));
  await mkdir(join(home, '.ssh/more.d'), { recursive: true });
});
afterEach(() => rm(home, { recursive: true, force: true }));
const put = (name: string, ...lines: string[]) => writeFile(join(home, name), lines.join('\n'));

test('hosts are those of ssh_config and of what it includes, without patterns', async () => {
  await put(
    '.ssh/config',
    'Include more.d/*.conf',
    'Host box "ap 2" !not *.lab',
    'host=pi',
    ' User root',
  );
  await put('.ssh/more.d/a.conf', 'Include ~/.ssh/deeper', 'Host a');
  await put('.ssh/more.d/b.txt', 'Host never');
  await put('.ssh/deeper', 'Host deep', 'Include more.d/a.conf');
  const hosts = hostsForCompletion(undefined, home);
  expect(hosts).toEqual(expect.arrayContaining(['a', 'ap 2', 'box', 'deep', 'pi']));
  expect(hosts).not.toEqual(expect.arrayContaining(['never']));
  expect(hosts.filter((name) => /[*!]|^not$/.test(name))).toEqual([]);
});

test('hosts are those of known_hosts that can be read, without a port', async () => {
  await put(
    '.ssh/known_hosts',
    'box,192.168.1.1 ssh-ed25519 AAAA',
    '|1|abc=|def= ssh-ed25519 AAAA',
    '[ported]:2222 ssh-ed25519 AAAA',
    '@revoked gone ssh-ed25519 AAAA',
    '# a note',
  );
  const hosts = hostsForCompletion(join(home, 'none'), home);
  expect(hosts).toEqual(expect.arrayContaining(['192.168.1.1', 'box', 'gone']));
  expect(hosts.filter((name) => /[|[#]|note|ported/.test(name))).toEqual([]);
});

test('the ssh_config of the line takes the place of the own one', async () => {
  await put('other', 'Host lab');
  for (const line of [['-F', join(home, 'other'), ''], [`--ssh-config=${join(home, 'other')}`]])
    expect(await completionWords(['hosts', 'levitate', 'enter', ...line])).toContain('lab');
});

test('targets are those of the profile on the line, right or not', async () => {
  await put('x.yaml', 'flash: { targets: { disk: 1, data: 2 } }', 'wrong: true');
  const profile = join(home, 'x.yaml');
  expect(await completionWords(['targets', 'levitate', 'deploy', 'box', profile, 'd'])).toEqual([
    'disk',
    'data',
  ]);
  expect(await completionWords(['targets', 'levitate', 'flash', 'box', 'd'])).toEqual([]);
  await put(
    'z.yaml',
    'flash: { targets: { root-a: 1 } }',
    'boot: { slots: { a: { targets: { rootfs: root-a } } } }',
  );
  expect(targetsForCompletion(join(home, 'z.yaml'))).toEqual(['rootfs', 'root-a']);
  await put('y.yaml', ': [');
  for (const name of ['y.yaml', 'none.yaml'])
    expect(targetsForCompletion(join(home, name))).toEqual([]);
});
