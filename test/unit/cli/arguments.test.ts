import { expect, it } from 'vitest';
import { checkArguments } from '../../../src/cli/arguments.js';
import { createProgram } from '../../../src/cli/program.js';
import type { LevitateError } from '../../../src/errors.js';

type Arguments = Parameters<typeof checkArguments>[1];
const { commands } = createProgram();

/** The message and the hint of the refusal, or nothing. */
const said = (name: string, given: Arguments): { message: string; hint: string } => {
  try {
    checkArguments(
      commands.find((one) => one.name() === name)!,
      given,
    );
  } catch (error) {
    expect(error).toMatchObject({
      code: 'USAGE',
      exit: 2,
      hint: expect.stringContaining(`levitate ${name}`) as string,
    });
    const { message, hint } = error as LevitateError;
    return { message, hint: hint ?? '' };
  }
  return { message: '', hint: '' };
};

it.each<[string, Arguments, RegExp]>([
  [
    'deploy',
    { host: 'box', profile: 'root@box', images: ['a=x'] },
    /'root@box' is a host, where PROFILE/,
  ],
  ['deploy', { host: 'box', profile: '192.168.1.1' }, /is a host, where PROFILE/],
  ['deploy', { host: 'box', profile: 'fe80::1%eth0' }, /is a host, where PROFILE/],
  ['deploy', { host: 'x.yaml', profile: 'box' }, /'x.yaml' is a profile, where HOST/],
  ['deploy', { host: 'package.json', profile: 'box' }, /'package.json' is a file, where HOST/],
  ['deploy', { profile: 'new.img.zst', host: 'box' }, /is an image, where PROFILE/],
  ['deploy', { profile: 'disk=new.img', host: 'box' }, /is a target with its image, where PROFILE/],
  [
    'deploy',
    { profile: 'x.yaml', host: 'disk=new.img', images: ['root@box'] },
    /'disk=new.img' is a target with its image, where HOST/,
  ],
  [
    'deploy',
    { profile: 'x.yaml', host: 'box', images: ['root@box'] },
    /is a host, where TARGET=IMAGE/,
  ],
  [
    'deploy',
    { profile: 'x.yaml', host: 'box', images: ['new.img=disk'] },
    /has the image first \(write disk=new.img\)/,
  ],
  ['flash', { host: 'new.img', images: ['a=x'] }, /is an image, where HOST/],
  [
    'flash',
    { host: 'box', images: ['new.ubi.gz'] },
    /is an image without its target \(write TARGET=new.ubi.gz\)/,
  ],
  ['flash', { host: 'box', images: ['package.json'] }, /write TARGET=package.json/],
  ['flash', { host: 'box', images: ['x.yml'] }, /is a profile, where TARGET=IMAGE/],
  ['flash', { host: 'box', images: ['root@box=x'] }, /has a host for a target/],
  ['flash', { host: 'box', images: ['10.0.0.1'] }, /is a host, where TARGET=IMAGE/],
  ['enter', { host: 'profiles/router-ubi.yaml', profile: 'box' }, /is a profile, where HOST/],
  ['enter', { host: './box' }, /is a path, where HOST/],
  ['status', { host: 'https://box' }, /is a URL, where HOST/],
  ['status', { host: '' }, /is empty, where HOST/],
  ['status', { host: 'a b' }, /has a blank in it, where HOST/],
  ['leave', { host: 'a\nb' }, /has a blank in it, where HOST/],
  ['probe', { host: 'box', profile: 'root@box' }, /is a host, where PROFILE/],
  ['install', { host: 'box', profile: 'root@box' }, /is a host, where PROFILE/],
  ['install', { host: 'x.yaml', profile: 'root@box' }, /is a profile, where HOST/],
  ['uninstall', { host: 'x.yaml' }, /is a profile, where HOST/],
  ['build', { profile: 'x.cpio.gz' }, /is an image, where PROFILE/],
])('%s is told what stands in the place of another: %j', (command, given, message) => {
  expect(said(command, given).message).toMatch(message);
});

it.each<[string, Arguments, string]>([
  [
    'deploy',
    { host: 'x.yaml', profile: 'root@box', images: ['disk=new.img', 'data=raw:x'] },
    'Write: levitate deploy root@box x.yaml disk=new.img data=raw:x',
  ],
  ['deploy', { host: 'x.yaml', profile: 'box', images: ['a=x'] }, 'levitate deploy box x.yaml a=x'],
  ['install', { host: 'x.yaml', profile: 'box' }, 'Write: levitate install box x.yaml'],
  ['enter', { host: 'x.yaml', profile: '10.0.0.1' }, 'Write: levitate enter 10.0.0.1 x.yaml'],
  ['flash', { host: 'a=x', images: ['root@box'] }, 'Write: levitate flash root@box a=x'],
  [
    'install',
    { host: 'x.yaml' },
    'Write: levitate install HOST PROFILE, or: levitate install PROFILE --root DIR',
  ],
  ['uninstall', { host: './box' }, 'Write: levitate uninstall HOST, or: levitate uninstall --root'],
  ['build', { profile: 'root@box' }, 'Write: levitate build PROFILE --output FILE'],
  ['deploy', { host: '', profile: 'x.yaml' }, 'levitate deploy HOST PROFILE TARGET=IMAGE...'],
])('%s is told the right line in place of %j', (command, given, line) => {
  expect(said(command, given).hint).toContain(line);
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
  ].map((pair) => ({ images: [pair] })),
])('%j may be what it stands for', (given) => {
  expect(said('deploy', given).message).toBe('');
});
