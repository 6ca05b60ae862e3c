import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { applets } from '../../../src/rootfs/applets.js';
import { dropbearFeatures } from '../../../src/rootfs/dropbear.js';
import { sha256 } from '../../../src/shared/sha256.js';
import { makeElf } from '../rootfs/make-elf.js';

/** A folder of ready roots with one for x86_64: these files (path → bytes) and links, out of a source `tools` 1.2-3. */
export async function makeReady(
  files: Record<string, Uint8Array>,
  links: Record<string, string> = {},
): Promise<string> {
  const roots = await mkdtemp(join(tmpdir(), 'levitate-ready-'));
  onTestFinished(() => rm(roots, { recursive: true, force: true }));
  await writeReady(join(roots, 'x86_64'), 'x86_64', files, links);
  return roots;
}

/** Writes such a ready root into a folder. */
export async function writeReady(
  folder: string,
  arch: string,
  files: Record<string, Uint8Array>,
  links: Record<string, string>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [path, bytes] of Object.entries(files)) {
    const place = join(folder, 'root', path);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, bytes);
  }
  const manifest = {
    format: 1,
    arch,
    sources: { tools: { version: '1.2-3' } },
    files: Object.entries(files).map(([path, bytes]) => ({
      ...{ path, source: 'tools', sha256: sha256(bytes) },
    })),
    links,
  };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
}

/** What a root needs at the least: a busybox with every applet, and a dropbear under its three names. */
export function leastPrograms(elf = makeElf()): Record<string, Uint8Array> {
  const names = ['[', ...Object.values(applets).flat().sort()].join('\0');
  const features = dropbearFeatures.map(({ texts: [text = ''] }) => `${text}\0`).join('');
  return {
    '/usr/bin/busybox': Buffer.concat([elf, Buffer.from(`\0${names}\0\0`)]),
    '/usr/sbin/dropbear': Buffer.concat([elf, Buffer.from(features)]),
  };
}

export const dropbearLinks = {
  '/usr/bin/dropbearkey': '/usr/sbin/dropbear',
  '/usr/bin/dropbearconvert': '/usr/sbin/dropbear',
};
