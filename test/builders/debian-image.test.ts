import { afterEach, beforeEach, expect, test } from 'vitest';
import { installed, recipe, Workshop } from './workshop.js';

let shop: Workshop;
beforeEach(async () => {
  shop = await Workshop.open();
  await shop.write('box.yaml', 'name: box\narch: x86_64\n');
  await shop.lock('box.yaml');
});
afterEach(() => shop.close());

/** mmdebstrap on the packages of the test's own mirror, which are extracted only: hooks for customizing run after configuring. */
const mmdebstrap = (env: Record<string, string> = {}) =>
  shop.run(
    [
      ...['mmdebstrap', '--quiet', '--variant=extract', '--include=strace'],
      ...[`--extract-hook=${recipe('debian/hook.sh')}`, 'test', 'box.tar'],
      `deb [trusted=yes] copy://${shop.repository.folder} test main`,
    ],
    { LEVITATE_PROFILE: shop.at('box.yaml'), ...env },
  );

test('the hook puts the archive into an image of mmdebstrap, owned by root', async () => {
  const at = { SOURCE_DATE_EPOCH: '86400' };
  expect(await mmdebstrap(at)).toEqual({ status: 0, out: '', err: '' });
  const { out } = await shop.run(['tar', '-tv', '--utc', '--numeric-owner', '-f', 'box.tar']);
  const rows = out.split('\n').map((line) => line.split(/\s+/));
  const files = rows.filter(([, , , , , path]) => path?.startsWith('./usr/lib/levitate'));
  expect(files).toHaveLength(installed.length);
  for (const [mode, owner, , date, , path = ''] of files) {
    expect([owner, date], path).toEqual(['0/0', '1970-01-02']);
    const isOpen = path.endsWith('/') || path.endsWith('/busybox');
    expect(mode, path).toMatch(isOpen ? /^[d-]rwxr-xr-x$/ : /^-rw-r--r--$/);
  }
});

test('an image whose maintenance root cannot be built is none', async () => {
  const cold = await mmdebstrap({ LEVITATE_CACHE: shop.at('cold') });
  expect(cold.status).not.toBe(0);
  expect(cold.err).toMatch(/LOCK_UNAVAILABLE: packages of .*box\.lock are not in the cache/);
});
