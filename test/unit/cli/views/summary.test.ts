import { expect, it } from 'vitest';
import { again } from '../../../../src/cli/again.js';
import { pasteable } from '../../../../src/cli/views/pasteable.js';
import { summary } from '../../../../src/cli/views/summary.js';
import type { OverwritePlan } from '../../../../src/operations/overwrite-plan.js';

it.each([
  ['box', 'ssh -l root -F my_config box'],
  ['pi@box', 'ssh -l root -F my_config pi@box'],
  ['root@box', 'ssh -F my_config root@box'],
  ['ssh://root@box:2222', 'ssh -F my_config ssh://root@box:2222'],
  ['pi@box:2222', 'ssh -l root -F my_config -p 2222 pi@box'],
])('after entering, tells how to log into maintenance, which knows root alone: %s', (host, ssh) => {
  const lines = summary.enter(
    { ...{ host, checks: [], entered: true, already: false, seconds: 9, bootId: 'x' } },
    '',
  );
  const made = pasteable({ program: 'levitate', host, sshConfig: 'my_config' });
  const at = lines.indexOf('Look around:') + 1;
  expect(made(lines[at] ?? '')).toBe(`  ${ssh}`);
});

const entered = { host: 'box', checks: [], already: false, seconds: 9, bootId: 'x' };
const overwrite: OverwritePlan = {
  ...{ host: 'box', address: '192.168.1.7', port: 22, login: '', state: 'normal', touched: false },
  device: { hostname: 'ap', model: '', serial: '', system: '', init: '' },
  time: { bytes: 1, bytesPerSecond: 1, seconds: 1, isBound: true },
  writes: [
    {
      ...{ target: 'disk', image: 'new.img', format: 'disk', imageBytes: 1, mounted: [] },
      ...{ lost: ['all of it'], kept: ['other disks'], cut: 'It does not boot then.' },
    },
  ],
};

it('a dry run of enter ends with the command that enters', () => {
  const line = again('enter', ['box', 'my profile.yaml'], { locked: true });
  expect(summary.enter({ ...entered, entered: false }, line)).toEqual([
    'Nothing was changed on box. It can be entered.',
    'Enter it:',
    "  levitate enter box 'my profile.yaml' --locked",
  ]);
});

it('a dry run of deploy shows what is lost, and ends with the command that does it', () => {
  const line = again('deploy', ['box', 'x.yaml', 'disk=new.img'], { expectBuild: 'v 2' });
  const result = { host: 'box', enter: { ...entered, entered: false }, overwrite, seconds: 3 };
  const lines = summary.deploy(result, line, 80);
  expect(lines).toContain('This would overwrite the flash of box:');
  expect(lines).toContain('  lost      all of it');
  expect(lines).toContain('  power cut It does not boot then.');
  expect(lines.join('\n')).not.toContain('To go on, answer');
  expect(lines.slice(-2)).toEqual([
    'Re-image it:',
    "  levitate deploy box x.yaml disk=new.img --expect-build 'v 2'",
  ]);
});

it('a dry run of flash shows the same, and ends with the command that writes', () => {
  const line = again('flash', ['box', 'disk=new.img'], { dropVolumes: true });
  const lines = summary.flash({ host: 'box', plans: [], targets: [], overwrite }, line, 80);
  expect(lines).toContain('  kept      other disks');
  expect(lines.slice(-2)).toEqual([
    'Write it:',
    '  levitate flash box disk=new.img --drop-volumes',
  ]);
});

it('the way that was asked for stands in the command that does it', () => {
  expect(again('flash', ['box', 'disk=new.img'], { full: true })).toBe(
    'levitate flash box disk=new.img --full',
  );
  expect(again('deploy', ['box', 'x.yaml', 'disk=new.img'], { delta: true })).toBe(
    'levitate deploy box x.yaml disk=new.img --delta',
  );
});

it('ends with the login to the system that runs now, in its own words', () => {
  const left = { host: 'pi@box:2222', isNew: true, seconds: 9, build: 'v2', bootId: 'x' };
  const login = ['Log in:', '  ssh -p 2222 pi@box'];
  expect(summary.leave(left)).toEqual([
    'pi@box:2222 is in its new system after 9.0 s, build v2.',
    ...login,
  ]);
  const result = { host: 'box', enter: { ...entered, entered: true }, leave: left, seconds: 70 };
  expect(summary.deploy(result, '', 80).slice(-3)).toEqual(['Done in 1:10 min.', ...login]);
});
