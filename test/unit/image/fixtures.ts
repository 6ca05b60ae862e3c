import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openImage } from '../../../src/image/open.js';

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

/** The content of an image file, decompressed. */
export const readImage = (path: string): Promise<Buffer> => collect(openImage(path));

/** A compressor that does its work once for each buffer, which must not change; each caller has a copy of its own. */
function compressor(command: string, ...args: string[]): (bytes: Uint8Array) => Buffer {
  const done = new WeakMap<Uint8Array, Buffer>();
  return (bytes) => {
    const compressed = done.get(bytes) ?? tool(command, args, bytes);
    done.set(bytes, compressed);
    return Buffer.from(compressed);
  };
}

/** Compressors as a person would call them, of formats with checksums whose files may be joined. */
export const compressors = {
  gzip: compressor('gzip', '-c'),
  xz: compressor('xz', '-c', '-1'),
  zstd: compressor('zstd', '-c'),
  bzip2: compressor('bzip2', '-c'),
  lz4: compressor('lz4', '-c'),
  lzip: compressor('lzip', '-c', '-1'),
};
export type Compressor = keyof typeof compressors;
export const names = Object.keys(compressors) as Compressor[];

/** The same, of formats without a checksum. */
export const uncheckedCompressors = {
  lzma: compressor('xz', '-c', '-1', '--format=lzma'),
  'lz4 legacy': compressor('lz4', '-c', '-l'),
};
export type UncheckedCompressor = keyof typeof uncheckedCompressors;
export const uncheckedNames = Object.keys(uncheckedCompressors) as UncheckedCompressor[];

export const allCompressors = { ...compressors, ...uncheckedCompressors };
export const allNames = [...names, ...uncheckedNames];
