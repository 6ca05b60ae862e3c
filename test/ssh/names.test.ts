/** Names, ports and zones, the way to the running system and to maintenance, in a network of its own: `names-guest.ts`. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const guest = fileURLToPath(new URL('names-guest.ts', import.meta.url));
const isRoot = process.getuid?.() === 0;
/** Who may not make such namespaces makes one of their own users first, in which they keep their id. */
const namespace = ['-n', '-m', ...(isRoot ? [] : ['-U', '--map-current-user', '--keep-caps'])];

const overLink = { from: 'fe80::1%there', again: 'fe80::1%there', right: true };
const direct = { ...overLink, hostname: 'fe80::2%here', address: 'fe80::2%here', proxied: false };

test('each name leads to the running system and to maintenance', { timeout: 120_000 }, async () => {
  const words = [...namespace, process.execPath, '--import', 'tsx', guest];
  const { stdout } = await promisify(execFile)('unshare', words);
  expect(JSON.parse(stdout)).toEqual({
    '[fe80::2%here]:PORT': direct,
    'ssh://root@[fe80::2%25here]:PORT': direct,
    'fe80::2%here': direct,
    'router.local': direct,
    'pi.local:PORT': {
      ...{ from: 'fd00::2', again: 'fd00::2', right: true },
      ...{ hostname: 'pi.local', address: 'fd00::2', proxied: false },
    },
    '127.0.0.1:PORT': {
      ...{ from: '127.0.0.1', again: '127.0.0.1', right: true },
      ...{ hostname: '127.0.0.1', address: '127.0.0.1', proxied: false },
    },
    far: { ...overLink, hostname: 'fe80::2%here', proxied: true },
    over: {
      ...{ from: '127.0.0.1', again: '127.0.0.1', right: true },
      ...{ hostname: '127.0.0.1', proxied: true },
    },
    either: direct,
  });
});
