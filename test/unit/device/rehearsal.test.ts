import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rehearse } from '../../../src/device/rehearsal.js';
import { localTransport } from './local-transport.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'levitate-rehearsal-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Rehearses a root in which the rehearsal is this script. */
async function rehearsed(script: string): Promise<unknown> {
  const [programs, takeover] = ['usr/bin', 'usr/lib/levitate/takeover'].map((at) => join(root, at));
  for (const folder of [programs!, takeover!]) await mkdir(folder, { recursive: true });
  const busybox = join(programs!, 'busybox');
  await writeFile(busybox, '#!/bin/sh\nexec "$@"\n');
  await chmod(busybox, 0o755);
  const report = `. ${resolve('initramfs/takeover/report.sh')}`;
  await writeFile(join(takeover!, 'steps'), `${report}\n${script}\n`);
  return rehearse(localTransport(), { init: 'none', root }, { privateKey: '', hostKeys: [] }).catch(
    (error: unknown) => error,
  );
}

test.each([
  [
    'its reason',
    'fact rehearsal-failed "/usr/bin/x does not start"; exit 1',
    '/usr/bin/x does not start',
  ],
  ['its last message where it gives no reason', 'echo first >&2; echo last >&2; exit 1', 'last'],
  ['that it gave none', 'exit 1', 'it gave no reason'],
  ['a failure whatever its status', 'fact rehearsal-failed "it is not well"', 'it is not well'],
  [
    'a failure though something else prints that it is well',
    'echo rehearsed=yes',
    'it gave no reason',
  ],
  ['a failure though it ends well and tells of nothing', ':', 'it gave no reason'],
])('a rehearsal that fails tells %s', async (_, script, reason) => {
  expect(await rehearsed(script)).toMatchObject({
    code: 'REHEARSAL_FAILED',
    message: `the maintenance root does not work here: ${reason}`,
    hint: expect.stringContaining('nothing on the device has changed') as string,
  });
});

test.each(['fact rehearsed no', 'fact rehearsed', 'fact rehearsed "yes, and more"'])(
  'a fact that is none is refused by name: %s',
  async (script) => {
    expect(await rehearsed(script)).toMatchObject({
      code: 'REMOTE_FAILED',
      data: { fact: 'rehearsed' },
    });
  },
);
