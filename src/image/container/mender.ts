import path from 'node:path';
import { quote } from '../../shared/shell-quote.js';
import type { StoredFile } from '../stored-file.js';
import {
  memberArgument,
  memberHead,
  type ContainedFile,
  type Container,
  type PlainMember,
} from './container.js';

/** The most bytes of a manifest that are read. */
const longestManifest = 1024 * 1024;

/**
 * Names the files of a Mender artifact by its manifest, which has a line for each with its SHA-256 (Mender,
 * "Artifact format", version 3): `data/0000/NAME` lies as NAME in `data/0000.tar`, whose name ends in its compression.
 */
export async function menderArtifact(file: StoredFile, members: PlainMember[]): Promise<Container> {
  const manifest = members.find(({ name }) => name === 'manifest');
  const text = manifest ? (await memberHead(file, manifest, longestManifest)).toString('utf8') : '';
  const files = text.split('\n').flatMap((line): ContainedFile[] => {
    const [, sha256, folder, name] = /^([0-9a-f]{64}) {2}data\/(\d{4})\/(.+)$/.exec(line) ?? [];
    if (sha256 === undefined || folder === undefined || name === undefined) return [];
    const within = members.find((one) => one.name.startsWith(`data/${folder}.tar`))?.name;
    if (within === undefined) return [];
    const option = options[path.extname(within)] ?? '';
    return [
      {
        name,
        sha256,
        isImage: true,
        takeOut: `tar -xOf ${quote(file.path)} ${quote(within)} | tar -x${option}O ${memberArgument(name)} > ${quote(path.basename(name))}`,
      },
    ];
  });
  return {
    kind: 'mender',
    what: 'a Mender artifact (tar)',
    files,
    hint: 'mender-artifact read FILE shows it, and compares its signature.',
  };
}

/** What tar is told of the compression of its standard input. */
const options: Record<string, string> = { '.gz': 'z', '.xz': 'J', '.zst': ' --zstd -' };
