/** Machines whose folders are not as levitate needs them: told as such, before a device is asked for anything. */
import { chmod, chown, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { compiledProgram } from '../../program.js';

let program: Awaited<ReturnType<typeof compiledProgram>>;
beforeAll(async () => {
  program = await compiledProgram();
});
afterAll(() => program.remove());

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'levitate-machine-'));
  await mkdir(path.join(folder, 'bin'));
  // The device is asked through ssh alone: one that leaves a mark, and reaches nobody.
  const ssh = `#!/bin/sh
[ "$1" != -G ] || PATH=$\{PATH#*:} exec ssh "$@"
touch '${folder}/asked'
echo "ssh: connect to host x: refused" >&2
exit 255
`;
  await writeFile(path.join(folder, 'bin/ssh'), ssh, { mode: 0o755 });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const words = {
  deploy: ['deploy', 'box', path.resolve('profiles/sbc-systemd.yaml'), 'disk=x', '--yes', '--json'],
  enter: ['enter', 'box', '--json'],
  flash: ['flash', 'box', 'disk=x', '--yes', '--json'],
  leave: ['leave', 'box', '--json'],
  probe: ['probe', 'box', '--json'],
  status: ['status', 'box', '--json'],
};

/** Runs a command, after a shell command as root of namespaces of its own. */
async function levitate(
  command: keyof typeof words,
  env: Record<string, string | undefined>,
  before = '',
) {
  const script = `${before}\nexec "$@"`;
  const run = [process.execPath, program.main, ...words[command]];
  const { stdout, stderr, exitCode } = await execa(
    'unshare',
    ['-rm', 'sh', '-euc', script, 'sh', ...run],
    {
      cwd: folder,
      reject: false,
      stdin: 'ignore',
      extendEnv: false,
      env: {
        PATH: `${folder}/bin:${process.env['PATH'] ?? ''}`,
        HOME: folder,
        FOLDER: folder,
        ...env,
      } as Record<string, string>,
    },
  );
  const asked = (await readdir(folder)).includes('asked');
  const last = (stdout.trim().split('\n').at(-1) ?? '') || '{}';
  return { ...(JSON.parse(last) as Record<string, unknown>), exitCode, asked, stderr };
}

const at = (name: string) => path.join(folder, name);

describe.each(['TMPDIR', 'XDG_STATE_HOME'])('with %s', (variable) => {
  it.each<[string, () => Promise<unknown>, string]>([
    ['a file', () => writeFile(at('odd'), ''), ''],
    ['a dangling link', () => symlink(at('gone'), at('odd')), ''],
    ['a link to itself', () => symlink('odd', at('odd')), ''],
    ['read-only', () => mkdir(at('odd')), 'mount -t tmpfs -o ro none "$FOLDER/odd"'],
    [
      'full',
      () => mkdir(at('odd')),
      'mount -t tmpfs -o size=4k none "$FOLDER/odd"; echo >$FOLDER/odd/x',
    ],
    ['without inodes', () => mkdir(at('odd')), 'mount -t tmpfs -o nr_inodes=1 none "$FOLDER/odd"'],
  ])('that is %s, deploy ends before the device is asked', async (_what, make, before) => {
    await make();
    const { stderr, ...said } = await levitate('deploy', { [variable]: at('odd') }, before);
    expect(said).toMatchObject({
      code: 'FOLDER_UNUSABLE',
      message: expect.stringContaining(at('odd')) as string,
      hint: expect.stringContaining(variable) as string,
      exitCode: 2,
      asked: false,
    });
    expect(stderr).toMatch(/^FOLDER_UNUSABLE: /);
  });
});

it('a folder for temporary files that is missing is named; one for entries is made', async () => {
  const missing = await levitate('deploy', { TMPDIR: at('a/b') });
  expect(missing).toMatchObject({ code: 'FOLDER_UNUSABLE', asked: false });
  const made = await levitate('deploy', { XDG_STATE_HOME: at('a/b') });
  expect(made).toMatchObject({ code: 'IMAGE_UNREADABLE' });
  expect(await readdir(at('a/b/levitate/sessions'))).toEqual([]);
});

it.each(['enter', 'flash', 'leave'] as const)(
  '%s names a folder for temporary files that is none',
  async (command) => {
    await writeFile(at('odd'), '');
    const said = await levitate(command, { TMPDIR: at('odd') });
    expect(said).toMatchObject({ code: 'FOLDER_UNUSABLE', exitCode: 2 });
  },
);

it.each(['probe', 'status'] as const)(
  '%s asks from any machine, and fails by no bug',
  async (command) => {
    await writeFile(at('odd'), '');
    const env = { TMPDIR: at('odd'), XDG_STATE_HOME: at('odd') };
    const said = await levitate(command, env);
    expect(said.exitCode).toBeGreaterThan(1);
    expect(said.stderr).not.toMatch(/^INTERNAL|^\s+at /m);
  },
);

it.each(['blank in', 'per%cent', "quo'te", 'quo"te', 'line\nend', 'ümläut', '$(x)', '-F'])(
  'folders with a name such as %j serve like any other',
  async (name) => {
    await mkdir(at(name));
    const said = await levitate('enter', { TMPDIR: at(name), XDG_STATE_HOME: at(name) });
    expect(said).toMatchObject({ code: 'HOST_UNREACHABLE', asked: true });
    expect(await readdir(at(name))).toEqual(['levitate']);
  },
);

describe("a folder that is not one's own alone", () => {
  const sessions = 'state/levitate/sessions';
  const entry = {
    ...{ host: 'box', hostname: 'box', port: 22, user: 'root', proxied: false },
    ...{ entryId: 'x', privateKey: 'x', hostKeys: [] },
  };
  beforeEach(async () => {
    await mkdir(at(sessions), { recursive: true });
    await writeFile(at(`${sessions}/box.json`), JSON.stringify(entry));
  });

  it.each([
    ['the folder itself', sessions, 0o777],
    ['one above it', 'state', 0o757],
  ])('is not used: %s', async (_what, part, mode) => {
    await chmod(at(part), mode);
    const env = { XDG_STATE_HOME: at('state') };
    expect(await levitate('deploy', env)).toMatchObject({
      code: 'FOLDER_UNUSABLE',
      message: expect.stringContaining(`${at(part)} can be written by others`) as string,
      hint: expect.stringContaining(`chmod go-w ${at(part)}`) as string,
      asked: false,
    });
    const left = await levitate('leave', env);
    expect(left).toMatchObject({ code: 'FOLDER_UNUSABLE', asked: false });
  });

  it.each(['state', sessions])('may be or lie below a sticky one: %s', async (part) => {
    await chmod(at(part), 0o1777);
    const said = await levitate('deploy', { XDG_STATE_HOME: at('state') });
    expect(said).toMatchObject({ code: 'IMAGE_UNREADABLE' });
  });

  it.runIf(process.getuid?.() === 0)('holds nothing of others where it is sticky', async () => {
    await chmod(at(sessions), 0o1777);
    await chown(at(`${sessions}/box.json`), 12345, 12345);
    const { refuseShared } = await import('../../../src/shared/user-folders.js');
    const refused = refuseShared({ path: at(sessions), what: 'x', variable: 'X' });
    await expect(refused).rejects.toMatchObject({
      message: expect.stringMatching(/box\.json belongs to user 12345/) as string,
    });
  });

  it('is no place for packages either', async () => {
    await mkdir(at('cache'));
    await chmod(at('cache'), 0o777);
    const file = path.join(folder, 'image');
    await writeFile(file, 'image');
    await writeFile(at('p.yaml'), 'name: x\narch: x86_64\n');
    words.enter = ['enter', 'box', at('p.yaml'), '--json'];
    const said = await levitate('enter', { LEVITATE_CACHE: at('cache') });
    words.enter = ['enter', 'box', '--json'];
    expect(said).toMatchObject({
      code: 'FOLDER_UNUSABLE',
      message: expect.stringContaining('cache') as string,
      asked: false,
    });
  });

  it.runIf(process.getuid?.() === 0)('is not used where it belongs to another user', async () => {
    await chown(at(sessions), 12345, 12345);
    const { refuseShared } = await import('../../../src/shared/user-folders.js');
    const getuid = vi.spyOn(process, 'getuid').mockReturnValue(1000);
    const refused = refuseShared({ path: at(sessions), what: 'x', variable: 'X' });
    await expect(refused).rejects.toMatchObject({
      message: expect.stringMatching(/belongs to user/) as string,
    });
    getuid.mockRestore();
  });
});

it('a user without a home folder is told to name one', async () => {
  const said = await levitate(
    'enter',
    { HOME: '', XDG_STATE_HOME: 'relative' },
    'mount --bind /dev/null /etc/passwd',
  );
  expect(said).toMatchObject({
    code: 'FOLDER_UNUSABLE',
    message: 'there is no home folder: HOME is not set',
    hint: expect.stringContaining('XDG_STATE_HOME') as string,
  });
});
