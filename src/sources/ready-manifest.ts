import { Type, type Static } from '@sinclair/typebox';
import { firstFault } from '../protocol/check.js';

const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Path = Type.String({ pattern: '^/usr(/[A-Za-z0-9][A-Za-z0-9._+-]*)+$' });

/** What levitate reads of the `manifest.json` of a ready root. */
const ReadyManifest = Type.Object({
  format: Type.Literal(1),
  arch: Type.String(),
  /** Name of a source → its version. */
  sources: Type.Record(Type.String(), Type.Object({ version: Type.String() })),
  files: Type.Array(Type.Object({ path: Path, source: Type.String(), sha256: Digest })),
  /** Path of a link → the path of the file that it means; npm packages carry no links. */
  links: Type.Record(Type.String(), Path),
});

/** What levitate reads of the `manifest.json` of a ready root. */
export type ReadyManifest = Static<typeof ReadyManifest>;

/**
 * Reads the text of a `manifest.json`.
 * @throws Error that says what is wrong with it
 */
export function parseReadyManifest(text: string): ReadyManifest {
  const value: unknown = JSON.parse(text);
  const fault = firstFault(ReadyManifest, value);
  if (fault !== undefined) throw new Error(fault);
  return value as ReadyManifest;
}
