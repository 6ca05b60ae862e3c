import { LevitateError } from '../../../errors.js';
import type { DeploymentArtifact, DeploymentBase } from './resources.js';

/** The one file of a deployment, with all that is needed to check it. */
export interface ImageArtifact {
  /** Its name, which is a plain one. */
  name: string;
  /** Its size in bytes. */
  size: number;
  /** Its SHA-256 as hexadecimal digits in lower case. */
  sha256: string;
  /** Where it is downloaded. */
  url: URL;
  /** The version of the software module that it is of. */
  version: string;
}

/**
 * The image of a deployment, which has one file: there is one target to write it to. Pure.
 * @throws LevitateError UPDATE_UNUSABLE
 */
export function imageArtifact({ deployment: { chunks } }: DeploymentBase): ImageArtifact {
  const found = chunks.flatMap(({ version, artifacts = [] }) =>
    artifacts.map((artifact) => ({ version, artifact })),
  );
  const [first, ...others] = found;
  if (!first || others.length > 0)
    throw unusableDeployment(
      `has ${found.length} artifacts, and this bridge writes one image to one target`,
    );
  return { ...checked(first.artifact), version: first.version };
}

function checked({ filename, size, hashes, _links }: DeploymentArtifact) {
  if (!/^[A-Za-z0-9_][\w.+-]{0,199}$/.test(filename))
    throw unusableDeployment('has an artifact whose name is no plain file name');
  const sha256 = hashes?.sha256?.toLowerCase() ?? '';
  if (size === undefined || !/^[0-9a-f]{64}$/.test(sha256))
    throw unusableDeployment(`tells no size or no SHA-256 of ${filename}`);
  const { href } = _links?.download ?? _links?.['download-http'] ?? {};
  if (href === undefined || !URL.canParse(href))
    throw unusableDeployment(`has no link to ${filename}`);
  return { name: filename, size, sha256, url: new URL(href) };
}

const unusableDeployment = (found: string): LevitateError =>
  new LevitateError('UPDATE_UNUSABLE', `the deployment ${found}`);
