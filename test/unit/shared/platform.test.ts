import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { output, thisPlatform, withPs } from '../../../src/shared/platform.js';

describe.each([
  ['/proc', thisPlatform('linux')],
  ['ps and pgrep', withPs(output)],
])('by %s', (_, platform) => {
  it('tells the group of a process, and what it has started', async () => {
    const child = spawn('sh', ['-c', 'sleep 60 & echo $!; wait'], { detached: true });
    const [printed] = (await once(child.stdout, 'data')) as [Buffer];
    const pid = child.pid!;
    try {
      // Its session has no terminal.
      expect(platform.groupsOf(pid)).toEqual({ own: String(pid), foreground: '-1' });
      expect(platform.childrenOf(pid)).toEqual([Number(printed.toString())]);
    } finally {
      process.kill(-pid);
    }
  });

  it('knows nothing of a process that is not there', () => {
    expect(platform.groupsOf(2 ** 30)).toBeUndefined();
    expect(platform.childrenOf(2 ** 30)).toEqual([]);
  });
});

it('asks macOS by what its programs know', () => {
  const asked: string[] = [];
  const darwin = withPs((program, args) => {
    asked.push([program, ...args].join(' '));
    return program === 'ps' ? '  501   502\n' : '7\n8\n';
  });
  expect(darwin.groupsOf(5)).toEqual({ own: '501', foreground: '502' });
  expect(darwin.childrenOf(5)).toEqual([7, 8]);
  expect(asked).toEqual(['ps -o pgid= -o tpgid= -p 5', 'pgrep -P 5']);
});
