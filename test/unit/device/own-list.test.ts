import { chmodSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ownList } from '../../../src/device/own-list.js';
import { temporaryFolder } from '../image/fixtures.js';
import { localTransport } from './local-transport.js';

const folder = temporaryFolder();
const listed = (script: string): Promise<string[]> => {
  writeFileSync(`${folder}/sysupgrade`, `#!/bin/sh\n[ "$*" = -l ] || exit 9\n${script}\n`);
  chmodSync(`${folder}/sysupgrade`, 0o755);
  return ownList(localTransport(`PATH=${folder}:$PATH; export PATH; eval "$1"`));
};

test('what it lists, each once, and nothing that lies in what it lists', async () => {
  const lines = ['/etc/config/network', '/etc/own', '/etc/own/a', '/etc/own', '/etc/own2', 'noise'];
  expect(await listed(`printf '%s\\n' ${lines.join(' ')} /etc/../x /`)).toEqual([
    ...['/etc/config/network', '/etc/own', '/etc/own2'],
  ]);
});

test.each([
  ['nothing', ':', /lists no files/],
  ['a failure', 'echo no such option >&2; exit 2', /status 2: no such option/],
])('%s is refused', async (_, script, says) => {
  await expect(listed(script)).rejects.toMatchObject({
    code: 'KEEP_REFUSED',
    message: expect.stringMatching(says) as string,
  });
});
