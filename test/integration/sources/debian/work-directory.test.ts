import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { clearStale, inWorkDirectory } from '../../../../src/sources/debian/work-directory.js';

let store: string;
beforeEach(async () => {
  store = await mkdtemp(join(tmpdir(), 'levitate-work-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(store, { recursive: true });
});

const folders = async () => (await readdir(store)).filter((name) => name !== 'work.lock');

/** Another process that works in a folder of this store and does not come to an end. */
async function worker() {
  const module = new URL('../../../../src/sources/debian/work-directory.ts', import.meta.url).href;
  const program = `import { inWorkDirectory } from ${JSON.stringify(module)};
    await inWorkDirectory(process.argv[1], async (folder) => {
      console.log(folder);
      await new Promise((done) => process.stdin.once('data', done).resume());
    });
    process.exit();`;
  const child = spawn(
    'node',
    ['--import', 'tsx', '--input-type=module', '-e', program, '--', store],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

test('the folder of a build that was killed is taken away, and none of a build that works', async () => {
  const [killed, working] = await Promise.all([worker(), worker()]);
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  expect(await folders()).toHaveLength(2);
  await clearStale(store);
  expect(await folders()).toHaveLength(2);

  working.stdin.write('done\n');
  await once(working, 'exit');
  expect(await folders()).toHaveLength(1);
  // The lock of the killed one ends when its holder has seen the end of the pipe.
  await vi.waitFor(
    async () => {
      await clearStale(store);
      expect(await folders()).toEqual([]);
    },
    { timeout: 180_000 },
  );
});

test('nothing stays, whether the work ends well or not', async () => {
  await inWorkDirectory(store, (folder) => writeFile(join(folder, 'a'), ''));
  const failing = inWorkDirectory(store, () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(await folders()).toEqual([]);
});

test('a machine without flock is told so, and begins nothing', async () => {
  vi.stubEnv('PATH', store);
  const begun = inWorkDirectory(store, () => Promise.reject(new Error('begun')));
  await expect(begun).rejects.toMatchObject({
    code: 'SOURCE_FAILED',
    hint: expect.stringMatching(/flock/),
  });
  expect(await folders()).toEqual([]);
});
