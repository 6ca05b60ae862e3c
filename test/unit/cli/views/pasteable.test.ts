import { expect, it } from 'vitest';
import { pasteable, programOf } from '../../../../src/cli/views/pasteable.js';

const call = { program: 'npx levitate', host: 'pi@box.local', sshConfig: 'my config' };

it.each([
  ['levitate status HOST tells', "npx levitate status -F 'my config' pi@box.local tells"],
  [
    'Leave first: levitate leave HOST.',
    "Leave first: npx levitate leave -F 'my config' pi@box.local",
  ],
  [
    'See levitate status HOST.\nIt tells.',
    "See npx levitate status -F 'my config' pi@box.local\nIt tells.",
  ],
  ['levitate leave HOST. It goes', "npx levitate leave -F 'my config' pi@box.local. It goes"],
  ['once `ssh pi@box.local` works', "once `ssh -F 'my config' pi@box.local` works"],
  ['ssh -l root pi@box.local', "ssh -l root -F 'my config' pi@box.local"],
  ['ssh -o BatchMode=yes HOST true', "ssh -o BatchMode=yes -F 'my config' pi@box.local true"],
  ['ssh -t HOST sudo true', "ssh -t -F 'my config' pi@box.local sudo true"],
  ['levitate wear HOST lists them', "npx levitate wear -F 'my config' pi@box.local lists them"],
  ['what `levitate install` left', 'what `levitate install` left'],
  ['levitate leave pi@box.localhost', 'levitate leave pi@box.localhost'],
  ['`levitate help recover` tells', '`npx levitate help recover` tells'],
  ['npx levitate help recover', 'npx levitate help recover'],
  ['levitate 0.1.0 on HOST', 'levitate 0.1.0 on HOST'],
])('%s', (text, shown) => {
  expect(pasteable(call)(text)).toBe(shown);
});

it('leaves HOST where no device was named', () => {
  expect(pasteable({ program: 'levitate' })('levitate enter HOST x.yaml')).toBe(
    'levitate enter HOST x.yaml',
  );
});

it('takes a name with signs of a pattern as it is', () => {
  const made = pasteable({ program: 'levitate', host: 'root@[fe80::1%eth0]' });
  expect(made('levitate leave root@[fe80::1%eth0] now')).toBe(
    "levitate leave 'root@[fe80::1%eth0]' now",
  );
});

it.each([
  ['`ssh HOST` by hand', '`ssh -F c -p 2222 root@box` by hand'],
  ['Try `ssh -G HOST`', 'Try `ssh -G -F c -p 2222 root@box`'],
  ['Look around: ssh -p 2222 root@box', 'Look around: ssh -F c -p 2222 root@box'],
  ['levitate leave HOST', 'levitate leave -F c root@box:2222'],
])('gives ssh a port before the name: %s', (text, shown) => {
  const made = pasteable({ program: 'levitate', host: 'root@box:2222', sshConfig: 'c' });
  expect(made(text)).toBe(shown);
});

it('knows npx by what it leaves in the environment', () => {
  expect(programOf({ npm_command: 'exec' })).toBe('npx levitate');
  expect(programOf({ npm_command: 'run-script' })).toBe('levitate');
  expect(programOf({})).toBe('levitate');
});
