import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compiledProgram } from '../../program.js';

let program: Awaited<ReturnType<typeof compiledProgram>>;
beforeAll(async () => {
  program = await compiledProgram();
});
afterAll(() => program.remove());

/** The program itself: what a wrapper prints must not be taken for its words. */
const levitate = (...args: string[]) =>
  execa(process.execPath, [program.main, ...args], { reject: false, stdin: 'ignore' });
const lastLine = (text: string): Record<string, unknown> =>
  JSON.parse(text.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;

async function expectWords(args: string[]) {
  const { exitCode, stdout, stderr } = await levitate(...args);
  expect(stdout).toBe('');
  // Sentences behind a code, or the first page: neither JSON nor a trace.
  expect(stderr).toMatch(args.length === 0 ? /^(npx )?levitate probe / : /^USAGE: [A-Za-z'#-]/);
  expect(stderr).not.toMatch(/^\s*(at |\{)/m);
  expect(exitCode).toBe(2);
}

describe('levitate', () => {
  it('explains itself', async () => {
    const { stdout, exitCode } = await levitate('--help');
    expect(exitCode).toBe(0);
    for (const command of [
      'build',
      'probe',
      'doctor',
      'image',
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
    [[]],
    [['fly']],
    [['--nonsense']],
    [['build', 'x.yaml']],
    [['build', 'x.yaml', '-o', 'x', '--kernel-at', '0x8000,0x100000000']],
    [['build', 'x.yaml', '-o', 'x', '--kernel-at', 'here']],
    [['build', 'x.yaml', '-o', 'x', '--lock', '--locked']],
    [['build', 'x.yaml', '-o']],
    [['install', 'host', 'x.yaml', '--depfile', 'x.d']],
    [['install', 'x.yaml']],
    [['install', 'host']],
    [['install', 'x.yaml', 'host']],
    [['install', 'host', 'x.yaml', '--root', '/tmp']],
    [['install', 'x.yaml', '--json']],
    [['install', 'x.yaml', '--quiet']],
    [['uninstall']],
    [['uninstall', 'host', '--root', '/tmp']],
    [['enter', 'host', '--locked']],
    [['flash', 'host', 'no-equals-sign']],
    [['flash', 'host', 'a=1', 'a=2']],
    [['flash', 'host', '=x']],
    [['flash', 'host', 'a=']],
    [['deploy', 'host', 'x.yaml', 'no-equals-sign', '--json']],
    [['deploy', 'x.yaml', 'host', 'a=x']],
    [['deploy', 'host', 'x.yaml']],
    [['deploy', 'host', 'new.img', '--locked', '--yes']],
    [['deploy', 'host', 'x.yaml', 'a=x', '--save', 'y', '--yes']],
    [['deploy', 'host', 'root@box']],
    [['leave', 'host', '--expect-build']],
  ])('tells a wrong call in words: %j', async (args) => {
    await expectWords(args);
  });

  const words: Record<string, string[]> = {
    build: ['x.yaml', '-o', 'x'],
    probe: ['host', 'x.yaml'],
    doctor: ['host'],
    image: ['x.img', 'x.yaml'],
    install: ['host', 'x.yaml'],
    uninstall: ['host'],
    enter: ['host', 'x.yaml'],
    status: ['host'],
    flash: ['host', 'a=x'],
    leave: ['host'],
    deploy: ['host', 'x.yaml', 'a=x'],
  };
  it.each<{ args: string[] }>(
    Object.entries(words).flatMap(([command, right]) => [
      ...(['doctor', 'uninstall'].includes(command) ? [] : [{ args: [command] }]),
      { args: [command, ...right, '--json', '--nonsense'] },
      ...(['flash', 'deploy'].includes(command)
        ? []
        : [{ args: [command, ...right, 'too', 'much'] }]),
    ]),
  )('tells a wrong call of each command in words: $args', async ({ args }) => {
    await expectWords(args);
  });

  it('prints an error in words where nobody watches, and with --json as a line as well', async () => {
    const words = ['build', '/nowhere.yaml', '-o', '/dev/null'];
    const plain = await levitate(...words);
    expect(plain).toMatchObject({ exitCode: 2, stdout: '' });
    const { stdout, stderr, exitCode } = await levitate(...words, '--json');
    expect(exitCode).toBe(2);
    expect(lastLine(stdout)).toMatchObject({ type: 'error', code: 'PROFILE_UNREADABLE', exit: 2 });
    // On a slow machine a sign of life comes first.
    const error = (text: string) => text.slice(text.indexOf('PROFILE_UNREADABLE: '));
    expect(stderr).toMatch(/^PROFILE_UNREADABLE: .*nowhere/m);
    expect(error(stderr)).toBe(error(plain.stderr));
  });

  it('takes an option before the command', async () => {
    const { stderr, stdout, exitCode } = await levitate('-q', 'build', '/nowhere.yaml', '-o', 'x');
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toMatch(/^PROFILE_UNREADABLE: /m);
  });

  it('prints nothing on standard output when it is asked to be quiet', async () => {
    const words = ['build', '/nowhere.yaml', '-o', '/dev/null', '--quiet'];
    const { stdout, stderr, exitCode } = await levitate(...words);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^PROFILE_UNREADABLE: .*nowhere/m);
  });

  it('takes one way of writing, not both', async () => {
    const { stderr, exitCode } = await levitate('flash', 'box', 'disk=x', '--full', '--delta');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^USAGE: option '--full' cannot be used with option '--delta'/);
  });

  it('checks the image before it looks for the device', async () => {
    const { stdout, exitCode } = await levitate(
      'deploy',
      'nobody@host.invalid',
      'profiles/sbc-systemd.yaml',
      'disk=/nowhere.img',
      '--yes',
      '--json',
    );
    expect(exitCode).toBe(2);
    const last = lastLine(stdout);
    expect(last).toMatchObject({ code: 'IMAGE_UNREADABLE', host: 'nobody@host.invalid' });
    expect(new Date(String(last['time'])).getTime()).toBeGreaterThan(Date.now() - 60_000);
  });

  it.each([
    ['flash', 'nobody@host.invalid', 'disk=/nowhere.img'],
    ['deploy', 'nobody@host.invalid', 'profiles/sbc-systemd.yaml', 'disk=/nowhere.img'],
    ['deploy', 'nobody@host.invalid', 'profiles/sbc-systemd.yaml', 'disk=/nowhere.img', '--json'],
  ])('overwrites nothing without a question: %s', async (...args) => {
    const { stderr, stdout, exitCode } = await levitate(...args);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^USAGE: this overwrites the flash of a device/);
    expect(stderr).toContain(`levitate ${args.join(' ')} --yes`);
  });

  it.each([
    ['leave', 'nobody@host.invalid', '--force'],
    ['leave', 'nobody@host.invalid', '--force', '--json'],
  ])('reboots nothing that may be half written without a question: %s', async (...args) => {
    const { stderr, exitCode } = await levitate(...args);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^USAGE: this may reboot a device that is half written/);
    expect(stderr).toContain(`levitate ${args.join(' ')} --yes`);
    expect((await levitate(...args, '--yes')).stderr).toMatch(/^NOT_IN_MAINTENANCE/);
  });

  it('asks nothing about a dry run', async () => {
    const { stderr } = await levitate('flash', 'host.invalid', 'disk=/nowhere.img', '--dry-run');
    expect(stderr).toMatch(/^NOT_IN_MAINTENANCE/);
  });

  it('tells what is lacking, and ends with 3 only where that is necessary', async () => {
    const well = await levitate('doctor');
    expect(well.exitCode).toBe(0);
    expect(well.stdout).toMatch(/ ok +ssh +\S+\/ssh\n[^]*Nothing necessary is missing/);
    const unreachable = await levitate('doctor', 'nobody@host.invalid', '--json');
    // As probe does.
    expect(unreachable.exitCode).toBe(6);
    expect(lastLine(unreachable.stdout)).toMatchObject({
      type: 'result',
      command: 'doctor',
      device: [{ name: 'connection', verdict: 'refusal' }],
      unreached: { code: 'HOST_UNREACHABLE', exit: 6 },
    });
  });

  it('gives shells the words that stand in files, and nothing for a wrong question', async () => {
    const targets = await levitate('__complete', 'targets', 'profiles/router-ubi.yaml');
    expect(targets.stdout.split('\n')).toContain('layout');
    for (const args of [['targets', 'none.yaml'], ['nothing'], []])
      expect(await levitate('__complete', ...args)).toMatchObject({ exitCode: 0, stdout: '' });
  });

  it('refuses what it cannot place before a device is asked', async () => {
    const image = path.join(path.dirname(program.main), 'image');
    await writeFile(image, Buffer.alloc(4096, '\x01\x9c\xfe', 'latin1'));
    const { exitCode, stderr } = await levitate('deploy', 'host.invalid', image, '--yes');
    expect(stderr).toMatch(/^IMAGE_FORMAT: \S+\/image is of no known format/);
    expect(exitCode).toBe(2);
  });

  it('names the targets that there are when one is unknown', async () => {
    const { stdout, exitCode } = await levitate(
      'deploy',
      'nobody@host.invalid',
      'profiles/router-ubi.yaml',
      'kernel=package.json',
      '--yes',
      '--json',
    );
    expect(exitCode).toBe(2);
    expect(lastLine(stdout)).toMatchObject({
      type: 'error',
      code: 'TARGET_UNKNOWN',
      hint: expect.stringContaining('layout') as string,
    });
  });
});
