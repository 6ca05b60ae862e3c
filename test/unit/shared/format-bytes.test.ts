import { expect, it } from 'vitest';
import { formatBytes } from '../../../src/shared/format-bytes.js';

it.each([
  [0, '0 bytes'],
  [1023, '1023 bytes'],
  [1024, '1 KiB'],
  [1536, '1.5 KiB'],
  [128 * 2 ** 10, '128 KiB'],
  [2 ** 20, '1 MiB'],
  [9.876 * 2 ** 20, '9.88 MiB'],
  [98.76 * 2 ** 20, '98.8 MiB'],
  [987.6 * 2 ** 20, '988 MiB'],
  [1023 * 2 ** 20, '1023 MiB'],
  [2 ** 36, '64 GiB'],
  [2 ** 52, '4096 TiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
