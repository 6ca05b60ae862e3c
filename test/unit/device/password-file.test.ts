import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkPasswordFile, passwordIn } from '../../../src/device/password-file.js';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'levitate-password-'));
  file = path.join(folder, 'a password');
  await writeFile(file, 's3cret \r\nmore\n');
});
afterAll(() => rm(folder, { recursive: true }));

it.each([0o600, 0o400])('takes the first line of a file with mode %o', async (mode) => {
  await chmod(file, mode);
  expect(await passwordIn(file)).toBe('s3cret ');
});

it.each([0o644, 0o640, 0o604, 0o620])(
  'refuses one with mode %o, and says how to close it',
  async (mode) => {
    await chmod(file, mode);
    const refusal = passwordIn(file);
    await expect(refusal).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(`(mode 0${mode.toString(8)})`) as string,
      hint: expect.stringContaining(`chmod 600 '${file}'`) as string,
    });
  },
);

it('a pipe, which is read once, gives what it gave as often as it is asked for', async () => {
  const pipe = path.join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  await Promise.all([writeFile(pipe, 'from a pipe\n'), passwordIn(pipe)]);
  // Nobody writes to it any more: to read it again would wait for ever.
  expect(await passwordIn(pipe)).toBe('from a pipe');
});

it('a file is read anew, since it may have changed', async () => {
  await chmod(file, 0o600);
  await writeFile(file, 'another\n');
  expect(await passwordIn(file)).toBe('another');
});

it('says that there is none', async () => {
  await expect(passwordIn(path.join(folder, 'none'))).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringMatching(/^LEVITATE_SUDO_PASSWORD_FILE cannot be read: ENOENT/) as string,
  });
});

it('finds beforehand what would be refused, and leaves a pipe for later', async () => {
  await chmod(file, 0o600);
  await checkPasswordFile(file);
  await chmod(file, 0o644);
  await expect(checkPasswordFile(file)).rejects.toMatchObject({ code: 'USAGE' });
  await expect(checkPasswordFile(path.join(folder, 'none'))).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringMatching(/cannot be read: ENOENT/) as string,
  });
  const pipe = path.join(folder, 'later');
  execFileSync('mkfifo', [pipe]);
  await checkPasswordFile(pipe);
});
