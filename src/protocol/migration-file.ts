import { Type, type Static } from '@sinclair/typebox';
import { DeviceIdentity } from './session-file.js';

const hex = (description: string) => Type.String({ pattern: '^([0-9a-f]{2})+$', description });
const node = (description: string) => Type.String({ pattern: '^/dev/', description });

/** What this machine keeps of a device that is getting another system beside its own: how each step is undone. */
export const Migration = Type.Object({
  host: Type.String({ description: 'as the person wrote it' }),
  device: DeviceIdentity,
  at: Type.String({ description: 'when it was begun, as ISO 8601' }),
  into: Type.String({ description: 'the target that the new system goes to' }),
  node: node('its partition'),
  disk: node('the disk that it lies on'),
  root: node('the partition with the old system'),
  front: hex('the first bytes of the partition before, by which swap is known'),
  oldBoot: hex('the first sector of the disk before'),
  newBoot: hex('the first sector of the disk that starts the new system'),
  coreSector: Type.Integer({ minimum: 1, description: 'the sector that the rest of GRUB goes to' }),
  core: hex('the rest of GRUB'),
  words: Type.String({ description: 'the command line of the new kernel' }),
  cards: Type.Array(Type.Object({ name: Type.String(), address: Type.String() }), {
    description: 'wired network cards, by name and address',
  }),
});
/** What is kept of such a device. */
export type Migration = Static<typeof Migration>;
