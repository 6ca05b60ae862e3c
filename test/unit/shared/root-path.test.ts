import { expect, test } from 'vitest';
import { cacheDirectory } from '../../../src/sources/cache-directory.js';
import { rootPath } from '../../../src/shared/root-path.js';

test.each([
  ['/bin/busybox', '/usr/bin/busybox'],
  ['./sbin/init', '/usr/sbin/init'],
  ['/lib64/ld-linux-x86-64.so.2', '/usr/lib64/ld-linux-x86-64.so.2'],
  ['/lib', '/usr/lib'],
  ['/library/x', '/library/x'],
  ['/usr/lib/../bin/x', '/usr/bin/x'],
  ['/var/run/x', '/run/x'],
  ['usr/share/x/', '/usr/share/x'],
])('%s belongs at %s', (path, inRoot) => {
  expect(rootPath(path)).toBe(inRoot);
});

test('the cache folder', () => {
  expect(cacheDirectory({ LEVITATE_CACHE: '/a', XDG_CACHE_HOME: '/b' })).toBe('/a');
  expect(cacheDirectory({ XDG_CACHE_HOME: '/b' })).toBe('/b/levitate');
  expect(cacheDirectory({})).toMatch(/\/\.cache\/levitate$/);
});
