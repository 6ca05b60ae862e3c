import { expect, test } from 'vitest';
import { parseDepends, parsePackages } from '../../../../src/sources/debian/control.js';

test('reads paragraphs, folded lines too', () => {
  const text = `Package: dropbear-bin
Version: 2022.83-1
Architecture: arm64
Depends: libc6 (>= 2.34), zlib1g:any (>= 1:1.1.4) | zlib,
 libcrypt1 (>= 1:4.1.0) [linux-any]
Pre-Depends: init-system-helpers (>= 1.54~)
Filename: pool/main/d/dropbear/dropbear-bin_2022.83-1_arm64.deb
Size: 143268
Description: lightweight SSH2 server
 Package: not-a-field
SHA256: abc

Package: without-a-file
Version: 1
`;
  expect(parsePackages(text)).toEqual([
    {
      name: 'dropbear-bin',
      version: '2022.83-1',
      architecture: 'arm64',
      sha256: 'abc',
      size: 143268,
      file: 'pool/main/d/dropbear/dropbear-bin_2022.83-1_arm64.deb',
      depends: [['init-system-helpers'], ['libc6'], ['zlib1g', 'zlib'], ['libcrypt1']],
    },
  ]);
});

test('no dependency is none', () => {
  expect(parseDepends('')).toEqual([]);
});
