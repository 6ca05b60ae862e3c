import { expect, it } from 'vitest';
import { checkWords, type CommandName } from '../../../src/cli/roles.js';

const said = (command: CommandName, words: Parameters<typeof checkWords>[1]): string => {
  try {
    checkWords(command, words);
  } catch (error) {
    expect(error).toMatchObject({
      code: 'USAGE',
      exit: 2,
      hint: expect.stringContaining(`levitate ${command}`) as string,
    });
    return (error as Error).message;
  }
  return '';
};

it.each<[CommandName, Parameters<typeof checkWords>[1], RegExp]>([
  [
    'deploy',
    { profile: 'root@box', host: 'x.yaml', pairs: ['a=x'] },
    /'root@box' is a host, where PROFILE/,
  ],
  ['deploy', { profile: '192.168.1.1', host: 'x.yaml' }, /is a host, where PROFILE/],
  ['deploy', { profile: 'fe80::1%eth0', host: 'x.yaml' }, /is a host, where PROFILE/],
  ['deploy', { profile: 'box', host: 'x.yaml' }, /'x.yaml' is a profile, where HOST/],
  ['deploy', { profile: 'new.img.zst', host: 'box' }, /is an image, where PROFILE/],
  ['deploy', { profile: 'disk=new.img', host: 'box' }, /is a target with its image, where PROFILE/],
  [
    'deploy',
    { profile: 'x.yaml', host: 'disk=new.img', pairs: ['root@box'] },
    /'disk=new.img' is a target with its image, where HOST/,
  ],
  [
    'deploy',
    { profile: 'x.yaml', host: 'box', pairs: ['root@box'] },
    /is a host, where TARGET=IMAGE/,
  ],
  [
    'deploy',
    { profile: 'x.yaml', host: 'box', pairs: ['new.img=disk'] },
    /has the image first \(write disk=new.img\)/,
  ],
  ['flash', { host: 'new.img', pairs: ['a=x'] }, /is an image, where HOST/],
  [
    'flash',
    { host: 'box', pairs: ['new.ubi.gz'] },
    /is an image without its target \(write TARGET=new.ubi.gz\)/,
  ],
  ['flash', { host: 'box', pairs: ['package.json'] }, /write TARGET=package.json/],
  ['flash', { host: 'box', pairs: ['x.yml'] }, /is a profile, where TARGET=IMAGE/],
  ['flash', { host: 'box', pairs: ['root@box=x'] }, /has a host for a target/],
  ['flash', { host: 'box', pairs: ['10.0.0.1'] }, /is a host, where TARGET=IMAGE/],
  ['enter', { host: 'profiles/router-ubi.yaml', profile: 'box' }, /is a profile, where HOST/],
  ['enter', { host: './box' }, /is a path, where HOST/],
  ['status', { host: 'https://box' }, /is a URL, where HOST/],
  ['status', { host: '' }, /is empty, where HOST/],
  ['status', { host: 'a b' }, /has a blank in it, where HOST/],
  ['leave', { host: 'a\nb' }, /has a blank in it, where HOST/],
  ['probe', { host: 'box', profile: 'root@box' }, /is a host, where PROFILE/],
  ['install', { profile: 'root@box', host: 'x.yaml' }, /is a host, where PROFILE/],
  ['uninstall', { host: 'x.yaml' }, /is a profile, where HOST/],
  ['build', { profile: 'x.cpio.gz' }, /is an image, where PROFILE/],
])('%s is told which word stands in the place of another: %j', (command, words, message) => {
  expect(said(command, words)).toMatch(message);
});

it.each([
  ...[
    'box',
    'root@192.168.1.1',
    'fe80::1%eth0',
    'root@fe80::1',
    'ssh://root@box:2222',
    'a.b-c_d',
    'pi.local',
  ].map((host) => ({ host })),
  ...['x.yaml', 'profiles/router-ubi.yaml', '../a@b/x.yaml', 'x', './a=b.yaml', '/dev/stdin'].map(
    (profile) => ({ profile }),
  ),
  ...[
    'disk=x.img',
    'disk=raw:x',
    'a=b=c',
    'a=/x/y@z',
    'a=x.img#sha256=00',
    'disk',
    'disk=',
    '=x',
  ].map((pair) => ({ pairs: [pair] })),
])('%j may be what it stands for', (words) => {
  expect(said('deploy', words)).toBe('');
});
