import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadProfile } from '../../../src/profile/load.js';
import { storedProfile } from '../../../src/profile/stored.js';

const folder = mkdtempSync(join(tmpdir(), 'levitate-migrate-'));
const tree = 'system: { ext4-tree: { partition: { label: swap } } }, disk: { block: /dev/sda }';
const load = (lines: string, more = '', after = '') => {
  const path = join(folder, 'p.yaml');
  writeFileSync(
    path,
    `name: p\narch: x86_64\nflash: { targets: { ${tree} }${more} }\nmigrate: { ${lines} }\n${after}`,
  );
  return loadProfile(path);
};

it('what a profile says of a migration has defaults, and outlasts an archive', async () => {
  const profile = await load(
    'into: system, require: { ram: 256MiB, free: { /: 1GiB } }, before: [{ run: [a] }]',
  );
  expect(profile.migrate).toEqual({
    into: 'system',
    require: { ram: 256 * 1024 ** 2, free: { '/': 1024 ** 3 } },
    before: [{ run: ['a'], timeoutSeconds: 60 }],
    after: [],
    carry: ['network', 'wifi', 'host-keys', 'logins', 'hostname'],
    start: { kernel: '/boot/vmlinuz' },
  });
  const stored = storedProfile(JSON.parse(JSON.stringify(profile)));
  expect(stored.migrate).toEqual(profile.migrate);
});

it.each([
  ['into: other', '', 'migrate.into'],
  ['into: disk', '', 'migrate.into'],
  ['into: system, before: [{ run: [a], timeout: 1ms }]', '', 'migrate.before[0].timeout'],
  ['into: system, carry: [all]', '', 'migrate.carry[0]'],
  ['into: system', ', keep: { paths: [/a], into: disk, within: 1 }', 'flash.keep.into'],
  [
    'into: system',
    ', keep: { paths: [/a/b], into: system, mounted-at: /a }',
    'flash.keep.mounted-at',
  ],
])('what makes no sense is refused with its place: %s%s', async (lines, more, path) => {
  await expect(load(lines, more)).rejects.toMatchObject({
    code: 'PROFILE_INVALID',
    data: { errors: [{ path }] },
  });
});

it('another host key is refused, as nothing could confirm the new system by it', async () => {
  await expect(load('into: system', '', 'confirm: { host-key: changes }\n')).rejects.toMatchObject({
    code: 'PROFILE_INVALID',
    data: { errors: [{ path: 'confirm.host-key' }] },
  });
});
