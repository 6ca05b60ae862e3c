import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { saveFiles } from '../../../src/device/save-files.js';
import { sha256 } from '../../../src/shared/sha256.js';
import { localTransport } from './local-transport.js';

const bytes = 'x\0\n@mark y';
const said = `levitate-keep saved 2 5 ${bytes.length} ${sha256(bytes)}`;

/** Saves by a shell script that stands for the staged helper, over a login that prints what it likes. */
async function saved(helper: string, login = 'echo welcome; eval "$1"; echo bye') {
  const root = mkdtempSync(join(tmpdir(), 'levitate-stage-'));
  const folder = join(root, 'usr/lib/levitate');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'helper'), `#!/bin/sh\n${helper}\n`, { mode: 0o755 });
  const paths = ['/etc/a b', "/etc/it's", '/etc/two\nlines'];
  const stage = { init: 'systemd', root };
  return saveFiles(localTransport(login), stage, { root: '/', paths });
}

it('the bytes come as they are, whatever a login prints around them', async () => {
  const found = await saved(
    `echo 'levitate-keep absent 1' >&2; echo '${said}' >&2; printf 'x\\000\\n@mark y'`,
  );
  expect(found).toMatchObject({ entries: 2, bytes: 5, absent: [1], sha256: sha256(bytes) });
  expect(found.archive.toString()).toBe(bytes);
});

it('the helper gets each path as it is', async () => {
  const helper = `[ $# = 6 ] && [ "$1 $2 $3 $4 $5" = "keep-save 33554432 / /etc/a b /etc/it's" ] &&
    [ "$6" = '/etc/two\nlines' ] && echo '${said}' >&2 && printf 'x\\000\\n@mark y'`;
  expect((await saved(helper)).entries).toBe(2);
});

it.each([
  ['what came is not what was sent', `echo '${said}' >&2; printf x`, /did not arrive/],
  [
    'the helper says why',
    `echo 'levitate-keep failed /etc/a is odd' >&2; exit 1`,
    /^\/etc\/a is odd$/,
  ],
  ['the helper ends without a word', 'exit 2', /ended with status 2/],
  ['the helper does not say that it is over', 'exit 0', /ended with status 0/],
])('is refused where %s', async (_, helper, message) => {
  await expect(saved(helper)).rejects.toMatchObject({
    code: 'KEEP_REFUSED',
    exit: 3,
    message: expect.stringMatching(message) as string,
  });
});
