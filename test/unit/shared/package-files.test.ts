import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { readPackageFiles } from '../../../src/shared/package-files.js';

const compiled = 'dist/helper/test-arch';
afterEach(() => rmSync(compiled, { force: true }));

test.each([
  ['these sources', '', true],
  ['others', ' ', false],
])('a helper that was compiled from %s', async (_, change, isThere) => {
  const list = `{ cat initramfs/helper/*; printf '%s' '${change}'; } | sha256sum | cut -c 1-64`;
  const digest = execFileSync('sh', ['-c', list], { env: { ...process.env, LC_ALL: 'C' } });
  mkdirSync('dist/helper', { recursive: true });
  writeFileSync(compiled, `\x7fELF\0helper of sources ${digest.toString()}\0`);
  expect((await readPackageFiles('test-arch')).helper !== undefined).toBe(isThere);
});
