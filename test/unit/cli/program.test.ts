import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

const main = path.resolve('src/cli/main.ts');
const levitate = (...args: string[]) =>
  execa('npx', ['tsx', main, ...args], { reject: false, stdin: 'ignore' });
const lastLine = (text: string): Record<string, unknown> =>
  JSON.parse(text.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;

describe('levitate', () => {
  it('explains itself', async () => {
    const { stdout, exitCode } = await levitate('--help');
    expect(exitCode).toBe(0);
    for (const command of [
      'build',
      'probe',
      'install',
      'uninstall',
      'enter',
      'status',
      'flash',
      'leave',
      'deploy',
    ]) {
      expect(stdout).toContain(`\n  ${command}`);
    }
    expect(stdout).toContain('Exit status:');
  });

  it('tells its version', async () => {
    const { stdout, exitCode } = await levitate('--version');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it.each([
    [['fly']],
    [['enter']],
    [['probe']],
    [['build', 'x.yaml']],
    [['build', 'x.yaml', '-o', 'x', '--kernel-at', '0x8000,0x100000000']],
    [['build', 'x.yaml', '-o', 'x', '--kernel-at', 'here']],
    [['install', 'x.yaml', 'host', '--depfile', 'x.d']],
    [['flash', 'host', 'no-equals-sign']],
    [['flash', 'host', 'a=1', 'a=2']],
    [['install', 'x.yaml']],
    [['install', 'x.yaml', 'host', '--root', '/tmp']],
  ])('calls a wrong call bad input: %j', async (args) => {
    const { exitCode, stderr } = await levitate(...args);
    expect(exitCode).toBe(2);
    expect(stderr).not.toBe('');
  });

  it('prints an error as a JSON line with its exit status where nobody watches', async () => {
    const { stdout, exitCode } = await levitate('build', '/nowhere.yaml', '-o', '/dev/null');
    expect(exitCode).toBe(2);
    expect(lastLine(stdout)).toMatchObject({ type: 'error', code: 'PROFILE_UNREADABLE', exit: 2 });
  });

  it('prints nothing on standard output when it is asked to be quiet', async () => {
    const words = ['build', '/nowhere.yaml', '-o', '/dev/null', '--quiet'];
    const { stdout, stderr, exitCode } = await levitate(...words);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^PROFILE_UNREADABLE: .*nowhere/m);
  });

  it('checks the image before it looks for the device', async () => {
    const { stdout, exitCode } = await levitate(
      'deploy',
      'profiles/sbc-systemd.yaml',
      'nobody@host.invalid',
      'disk=/nowhere.img',
    );
    expect(exitCode).toBe(2);
    expect(lastLine(stdout)).toMatchObject({ type: 'error', code: 'IMAGE_UNREADABLE' });
  });

  it('names the targets that there are when one is unknown', async () => {
    const { stdout, exitCode } = await levitate(
      'deploy',
      'profiles/router-ubi.yaml',
      'nobody@host.invalid',
      'kernel=package.json',
    );
    expect(exitCode).toBe(2);
    expect(lastLine(stdout)).toMatchObject({
      type: 'error',
      code: 'TARGET_UNKNOWN',
      hint: expect.stringContaining('layout') as string,
    });
  });
});
