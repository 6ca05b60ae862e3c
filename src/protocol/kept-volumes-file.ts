import { Type, type Static } from '@sinclair/typebox';
import { DeviceIdentity } from './session-file.js';

/** What this machine knows of the UBI volumes that it keeps of a device, beside the content of each. */
export const KeptVolumes = Type.Object({
  host: Type.String({ description: 'as the person wrote it' }),
  target: Type.String({ description: 'the name of the layout in the profile' }),
  entryId: Type.String({ description: 'of the entry in which they were saved' }),
  device: Type.Optional(DeviceIdentity),
  at: Type.String({ description: 'when they were saved, as ISO 8601' }),
  state: Type.Union([Type.Literal('saved'), Type.Literal('writing'), Type.Literal('put')]),
  sequences: Type.Array(Type.Integer({ minimum: 1 }), {
    description:
      'the numbers of the image that the eraseblocks had, by which a layout is told from the next one',
  }),
  volumes: Type.Array(
    Type.Object({
      name: Type.String(),
      isStatic: Type.Boolean(),
      alignment: Type.Integer({
        minimum: 1,
        description: 'the number that the bytes of a logical eraseblock are a multiple of',
      }),
      lebs: Type.Integer({ minimum: 1, description: 'logical eraseblocks' }),
      lebSize: Type.Integer({ minimum: 1, description: 'bytes that each of them holds' }),
      roomLebs: Type.Integer({
        minimum: 1,
        description: 'logical eraseblocks that all volumes of its UBI can have together',
      }),
      bytes: Type.Integer({ minimum: 1, description: 'of its content' }),
      sha256: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'of its content' }),
    }),
    { minItems: 1 },
  ),
});
/** What is known of kept volumes. */
export type KeptVolumes = Static<typeof KeptVolumes>;
