/** The schema of `fleet.yaml`: one source for its validation, for editors and for the documents. */
import { Type, type Static } from '@sinclair/typebox';
import { PowerSchema } from '../power/schema.js';
import { hostPattern, macPattern, namePattern } from './device.js';

const strict = { additionalProperties: false };
const word = (title: string) =>
  Type.Optional(
    Type.String({ title, pattern: namePattern, description: 'letters, digits, dots and dashes' }),
  );

const common = {
  station: word('the station that deploys to it; default: main'),
  profile: Type.Optional(
    Type.String({
      title: 'its profile',
      minLength: 1,
      description: 'the path of a profile, relative to this file',
    }),
  ),
  tags: Type.Optional(
    Type.Array(Type.String({ pattern: namePattern, description: 'a tag, such as router' }), {
      title: 'by which rollouts select it',
      description: 'a list of tags',
    }),
  ),
  uplink: word('what it shares with others, of which a rollout limits how many work at once'),
  rescue: Type.Optional(
    Type.Literal('netboot', {
      title:
        'what leads it back to maintenance after a power cut, whatever is on its flash; without it, its power is not cut while it is half-written',
      description: 'netboot',
    }),
  ),
  power: Type.Optional(PowerSchema),
};

const Device = Type.Object(
  {
    host: Type.String({
      title: 'where it answers',
      pattern: hostPattern,
      description: 'a host as one writes it after ssh, such as root@192.168.1.1',
    }),
    mac: Type.Optional(
      Type.String({
        title: 'its MAC address, for reports',
        pattern: macPattern,
        description: 'a MAC address, such as b8:27:eb:01:02:03',
      }),
    ),
    ...common,
  },
  { ...strict, title: 'a device', description: 'a device' },
);

/** `fleet.yaml`. */
export const InventorySchema = Type.Object(
  {
    defaults: Type.Optional(
      Type.Object(common, {
        ...strict,
        title: 'what every device has that does not say otherwise',
      }),
    ),
    devices: Type.Record(Type.String({ pattern: namePattern }), Device, {
      ...strict,
      title: 'the devices, by their names',
      description: 'devices by their names, which are letters, digits, dots and dashes',
    }),
  },
  { ...strict, title: 'An inventory of levitate fleet' },
);

/** What `fleet.yaml` says. */
export type RawInventory = Static<typeof InventorySchema>;
