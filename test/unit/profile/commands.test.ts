import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadProfile } from '../../../src/profile/load.js';

const folder = mkdtempSync(join(tmpdir(), 'levitate-commands-'));
const load = (lines: string) => {
  const path = join(folder, 'p.yaml');
  writeFileSync(path, `name: p\narch: armv7\n${lines}`);
  return loadProfile(path);
};

it('commands have a minute, unless the profile says otherwise', async () => {
  const { commands } = await load(
    'commands: { before-enter: [{ run: [a, b c] }, { run: [d], timeout: 2m }] }\n',
  );
  expect(commands).toEqual({
    beforeEnter: [
      { run: ['a', 'b c'], timeoutSeconds: 60 },
      { run: ['d'], timeoutSeconds: 120 },
    ],
    afterFlash: [],
  });
  expect((await load('')).commands).toBeUndefined();
});

it.each([
  ['before-enter: [{ run: [] }]', 'commands.before-enter[0].run'],
  ['before-enter: [a]', 'commands.before-enter[0]'],
  ['after-flash: [{ run: [a], timeout: 500ms }]', 'commands.after-flash[0].timeout'],
  ['after-leave: [{ run: [a] }]', 'commands.after-leave'],
])('what is no list of commands is refused with its place: %s', async (lines, path) => {
  await expect(load(`commands: { ${lines} }\n`)).rejects.toMatchObject({
    code: 'PROFILE_INVALID',
    data: { errors: [{ path }] },
  });
});
