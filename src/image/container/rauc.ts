import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import { quote } from '../../shared/shell-quote.js';
import type { StoredFile } from '../stored-file.js';
import type { ContainedFile, Container } from './container.js';

/** The most bytes of a CMS structure that are read; those of bundles have a few KiB. */
const longestSignature = 1024 * 1024;

/**
 * Names the images of a RAUC bundle by the manifest in its signature (RAUC Reference, "Update Bundle Format": verity and
 * crypt bundles sign the manifest itself). That of a plain bundle lies in its squashfs, which unsquashfs reads where this
 * machine has it.
 */
export async function raucBundle(file: StoredFile): Promise<Container> {
  const size = Number((await file.read(file.size - 8, 8)).readBigUInt64BE());
  const signature =
    size <= longestSignature ? await file.read(Math.max(0, file.size - 8 - size), size) : undefined;
  const signed = signature ? imagesOf(signature.toString('latin1'), file.path) : [];
  const files = signed.length > 0 ? signed : imagesOf(await plainManifest(file.path), file.path);
  return {
    kind: 'rauc',
    what: 'a RAUC bundle',
    files,
    hint:
      files.length > 0
        ? 'rauc itself compares its signature: rauc info --keyring=CERT FILE.'
        : `rauc info names the images in it, and rauc extract (or unsquashfs) unpacks it.`,
  };
}

/** The manifest of a plain bundle; nothing where it cannot be read, whatever the reason. */
const plainManifest = (path: string): Promise<string> =>
  new Promise((resolve) => {
    const options = { timeout: 10_000, maxBuffer: longestSignature, encoding: 'latin1' } as const;
    execFile('unsquashfs', ['-cat', path, 'manifest.raucm'], options, (error, text) =>
      resolve(error ? '' : text),
    );
  });

function imagesOf(manifest: string, path: string): ContainedFile[] {
  return manifest
    .split(/^\[/m)
    .filter((section) => section.startsWith('image.'))
    .flatMap((section) => {
      const value = (key: string) =>
        new RegExp(`^${key}=([^\\r\\n]{1,4096})$`, 'm').exec(section)?.[1];
      const [name, sha256, size] = [value('filename'), value('sha256'), value('size')];
      if (name === undefined) return [];
      return [
        {
          name,
          ...(size !== undefined && /^\d{1,15}$/.test(size) ? { length: Number(size) } : {}),
          ...(sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256) ? { sha256 } : {}),
          isImage: true,
          takeOut: `unsquashfs -cat ${quote(path)} ${quote(name)} > ${quote(basename(name))}`,
        },
      ];
    });
}
