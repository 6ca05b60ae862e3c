import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A folder of this test file's own, removed when its tests are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'levitate-image-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs a tool that the system may keep where only root's PATH looks, and gives its standard output. */
export function tool(command: string, args: string[], input?: Uint8Array): Buffer {
  return execFileSync(command, args, {
    ...(input === undefined ? {} : { input }),
    stdio: ['pipe', 'pipe', 'ignore'],
    maxBuffer: 1 << 30,
    env: { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` },
  });
}

/** Bytes that neither compress to nothing nor stay as they are, the same on every run. */
export function sample(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 88172645;
  for (let at = 0; at < length; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = at % 7 < 4 ? state & 0x1f : at >> 8;
  }
  return bytes;
}

/** Writes bytes to a file of the folder and gives its path. */
export function put(folder: string, name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Compressors as a person would call them, of formats with checksums whose files may be joined. */
export const compressors = {
  gzip: (bytes: Uint8Array) => tool('gzip', ['-c'], bytes),
  xz: (bytes: Uint8Array) => tool('xz', ['-c', '-1'], bytes),
  zstd: (bytes: Uint8Array) => tool('zstd', ['-c'], bytes),
  bzip2: (bytes: Uint8Array) => tool('bzip2', ['-c'], bytes),
  lz4: (bytes: Uint8Array) => tool('lz4', ['-c'], bytes),
  lzip: (bytes: Uint8Array) => tool('lzip', ['-c', '-1'], bytes),
};
export type Compressor = keyof typeof compressors;
export const names = Object.keys(compressors) as Compressor[];

/** The same, of formats without a checksum. */
export const uncheckedCompressors = {
  lzma: (bytes: Uint8Array) => tool('xz', ['-c', '-1', '--format=lzma'], bytes),
  'lz4 legacy': (bytes: Uint8Array) => tool('lz4', ['-c', '-l'], bytes),
};
export type UncheckedCompressor = keyof typeof uncheckedCompressors;
export const uncheckedNames = Object.keys(uncheckedCompressors) as UncheckedCompressor[];

export const allCompressors = { ...compressors, ...uncheckedCompressors };
export const allNames = [...names, ...uncheckedNames];
