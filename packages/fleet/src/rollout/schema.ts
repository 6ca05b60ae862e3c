/** The schema of the file of a rollout: one source for its validation, for editors and for the documents. */
import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { namePattern } from '../inventory/device.js';

const strict = { additionalProperties: false };
const optional = <T extends TSchema>(schema: T) => Type.Optional(schema);
const count = (title: string, minimum = 1) =>
  optional(Type.Integer({ title, minimum, description: `a whole number from ${minimum} on` }));
const name = (description: string) => Type.String({ pattern: namePattern, description });
const names = (title: string, description: string) =>
  optional(Type.Array(name(description), { title, minItems: 1, description: 'a list of names' }));
const duration = (title: string) =>
  optional(
    Type.String({
      title,
      pattern: '^[0-9]+(s|m|h|d)$',
      description: 'a length of time with its unit, such as 30m or 14d',
    }),
  );
const share = Type.String({ pattern: '^[0-9]{1,2}%$', description: 'a share such as 2%' });
const clock = (title: string) =>
  Type.String({
    title,
    pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$',
    description: 'a time, as 01:00',
  });

const Group = Type.Object(
  {
    name: optional(
      Type.String({
        title: 'its name; default: group-1 and so on',
        pattern: namePattern,
        description: 'letters, digits, dots and dashes',
      }),
    ),
    devices: names('these devices, by their names', 'the name of a device'),
    tags: names('the devices that have one of these tags', 'a tag'),
    size: optional(
      Type.Union([Type.Integer({ minimum: 1 }), share, Type.Literal('rest')], {
        title: 'so many of those that no group before has; default: rest',
        description: 'a number of devices, a share of all such as 10%, or rest',
      }),
    ),
    errors: optional(
      Type.Union([Type.Integer({ minimum: 0 }), share], {
        title: 'how many may fail before the rollout stops; default: 0',
        description: 'a number of devices, or a share of the group such as 2%',
      }),
    ),
    soak: duration('how long the next group waits after the last device of this one; default: 0s'),
    gate: optional(
      Type.Union([Type.Literal('auto'), Type.Literal('manual')], {
        title: 'whether a person lets the next group begin; default: auto',
        description: 'auto or manual',
      }),
    ),
  },
  { ...strict, description: 'a group of devices' },
);

const Stop = Type.Object(
  {
    'of-last': Type.Integer({
      title: 'how many devices that ended last are looked at, at most 100',
      ...{ minimum: 1, maximum: 100, description: 'a number of devices from 1 to 100' },
    }),
    errors: Type.Integer({
      title: 'at how many errors among them it stops',
      ...{ minimum: 1, description: 'a number of devices' },
    }),
  },
  { ...strict, description: 'such as { of-last: 20, errors: 5 }' },
);

/** The file of a rollout. */
export const RolloutSchema = Type.Object(
  {
    name: Type.String({
      title: 'its name, for people',
      pattern: namePattern,
      description: 'letters, digits, dots and dashes',
    }),
    images: Type.Record(
      Type.String({ minLength: 1 }),
      Type.String({
        title: 'an image',
        minLength: 1,
        description: 'the path of an image, relative to this file',
      }),
      {
        title: 'target → image, as `levitate deploy` takes them',
        minProperties: 1,
        description: 'targets with their images',
      },
    ),
    profile: optional(
      Type.String({
        title: 'the profile of devices for which the inventory names none',
        minLength: 1,
        description: 'the path of a profile, relative to this file',
      }),
    ),
    'expect-build': optional(
      Type.String({
        title: 'the build that each device must report',
        minLength: 1,
        description: 'a build',
      }),
    ),
    select: optional(
      Type.Object(
        {
          tags: names('only devices that have all of these tags', 'a tag'),
          devices: names('only these devices', 'the name of a device'),
          stations: names('only devices of these stations', 'the name of a station'),
          not: optional(
            Type.Object(
              {
                tags: names('no device that has one of these tags', 'a tag'),
                devices: names('none of these devices', 'the name of a device'),
                build: optional(
                  Type.String({ title: 'no device that has this build', description: 'a build' }),
                ),
              },
              { ...strict, title: 'which of them not' },
            ),
          ),
        },
        { ...strict, title: 'which devices; default: all' },
      ),
    ),
    groups: optional(
      Type.Array(Group, {
        title: 'the groups, of which each waits for the one before; default: one of all',
        minItems: 1,
        description: 'a list of groups',
      }),
    ),
    stop: optional(
      Type.Array(Stop, {
        title:
          'where the rollout stops by itself, whatever the budget of a group says; default: 5 of the last 20, 10 of the last 100',
        description: 'a list of { of-last, errors }',
      }),
    ),
    limits: optional(
      Type.Object(
        {
          parallel: count('how many devices are worked on at once; default: 40'),
          'start-with': count(
            'with how many it begins: each that ends well admits one more; default: 4',
          ),
          'per-uplink': count('how many of one uplink are worked on at once; default: no limit'),
        },
        { ...strict, title: 'how fast it goes' },
      ),
    ),
    window: optional(
      Type.Object(
        {
          from: clock('when devices may begin'),
          to: clock('when none begins any more'),
          zone: optional(
            Type.String({
              title: 'of which place; default: UTC',
              minLength: 1,
              description: 'a zone such as Europe/Berlin',
            }),
          ),
        },
        { ...strict, title: 'the time of the day in which devices begin; default: always' },
      ),
    ),
    offline: optional(
      Type.Object(
        {
          'give-up': duration('how long a device that does not answer is tried; default: 14d'),
          share: optional(
            Type.Union([Type.Integer({ minimum: 0 }), share], {
              title: 'how many of a group may be missing when the next one begins; default: 5%',
              description: 'a number of devices, or a share of the group',
            }),
          ),
        },
        { ...strict, title: 'devices that do not answer' },
      ),
    ),
  },
  { ...strict, title: 'A rollout of levitate fleet' },
);

/** What the file of a rollout says. */
export type RawRollout = Static<typeof RolloutSchema>;
