import { expect, it } from 'vitest';
import { pasteable } from '../../../../src/cli/views/pasteable.js';
import { summary } from '../../../../src/cli/views/summary.js';

it.each([
  ['box', 'ssh -l root -F my_config box'],
  ['pi@box', 'ssh -l root -F my_config pi@box'],
  ['root@box', 'ssh -F my_config root@box'],
  ['ssh://root@box:2222', 'ssh -F my_config ssh://root@box:2222'],
  ['pi@box:2222', 'ssh -l root -F my_config -p 2222 pi@box'],
])('after entering, tells how to log into maintenance, which knows root alone: %s', (host, ssh) => {
  const lines = summary.enter({
    ...{ host, checks: [], entered: true, already: false, seconds: 9, bootId: 'x' },
  });
  const made = pasteable({ program: 'levitate', host, sshConfig: 'my_config' });
  expect(made(lines.at(-1) ?? '')).toMatch(new RegExp(`^Look around: ${ssh} {4}Write: `));
});
