/** A person whose home folder cannot be written to, in a mount namespace of their own. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { execa } from 'execa';
import { compiledProgram } from '../program.js';
import { sshConfig } from './clients.js';
import { startServer, type Server } from './servers.js';

let program: Awaited<ReturnType<typeof compiledProgram>>;
let server: Server;
beforeAll(async () => {
  [program, server] = await Promise.all([compiledProgram(), startServer('sshd')]);
});
afterAll(() => Promise.all([program.remove(), server.stop()]));

const namespace =
  process.getuid?.() === 0 ? ['-m'] : ['-m', '-U', '--map-current-user', '--keep-caps'];

/** Runs a command whose HOME is a file system that is mounted read-only; gives its exit status and the last thing it says. */
async function levitate(words: string[], env: Record<string, string>) {
  const home = `${server.folder}/sealed`;
  const script = `mkdir -p "$HOME" && mount --bind "$HOME" "$HOME" && mount -o remount,bind,ro "$HOME" && exec "$@"`;
  const call = [process.execPath, program.main, ...words, '-F', sshConfig(server), '--json'];
  const { exitCode, stdout } = await execa(
    'unshare',
    [...namespace, 'sh', '-c', script, 'sh', ...call],
    {
      reject: false,
      stdin: 'ignore',
      env: { XDG_STATE_HOME: '', XDG_CACHE_HOME: '', LEVITATE_CACHE: '', ...env, HOME: home },
    },
  );
  return { exitCode, last: JSON.parse(stdout.split('\n').at(-1) ?? '') as Record<string, unknown> };
}

test('is no hindrance where what is kept goes elsewhere', async () => {
  const elsewhere = { XDG_STATE_HOME: `${server.folder}/state` };
  const { last } = await levitate(['probe', 'device'], elsewhere);
  expect(last).toMatchObject({ type: 'result', facts: { uid: process.getuid?.() } });
});

test('is told as what it is, with what names another folder', async () => {
  const { exitCode, last } = await levitate(['enter', 'device'], {});
  expect(exitCode).toBe(2);
  expect(last).toMatchObject({
    code: 'FOLDER_UNUSABLE',
    message: expect.stringMatching(/read-only file system/) as string,
    hint: expect.stringMatching(/^XDG_STATE_HOME names another folder/) as string,
  });
});
