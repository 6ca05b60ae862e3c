import { Type, type Static } from '@sinclair/typebox';
import { DeviceIdentity } from './session-file.js';

/** What this machine knows of the files that it keeps of a device, beside the archive of them. */
export const KeptFiles = Type.Object({
  host: Type.String({ description: 'as the person wrote it' }),
  entryId: Type.String({ description: 'of the entry that they belong to' }),
  device: DeviceIdentity,
  at: Type.String({ description: 'when they were saved, as ISO 8601' }),
  state: Type.Union([Type.Literal('saved'), Type.Literal('writing'), Type.Literal('put')]),
  carried: Type.Boolean({
    description: 'whether they were saved at an earlier entry, whose write has not ended',
  }),
  entries: Type.Integer({ minimum: 0, description: 'files, folders and links' }),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'of the archive' }),
});
/** What is known of kept files. */
export type KeptFiles = Static<typeof KeptFiles>;
