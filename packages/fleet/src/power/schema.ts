/** The `power` of a device in an inventory. */
import { Type, type Static } from '@sinclair/typebox';
import { powerPresets, type PowerPresetName } from './presets.js';

const names = Object.keys(powerPresets) as PowerPresetName[];
const text = (title: string, pattern: string, description: string) =>
  Type.Optional(Type.String({ title, pattern, description }));
/** A number, which a table has as a text. */
const number = (title: string, pattern: string, description: string) =>
  Type.Optional(
    Type.Union([Type.Integer({ minimum: 0, maximum: 65_535 }), Type.String({ pattern })], {
      title,
      description,
    }),
  );
const argv = (title: string) =>
  Type.Optional(
    Type.Array(Type.String({ pattern: '^[^\\u0000]*$', description: 'a word' }), {
      title,
      minItems: 1,
      description: 'a program and its words, as a list',
    }),
  );
const duration = (title: string) => text(title, '^[0-9]{1,4}[sm]$', 'a length of time such as 5s');
const path = '^[^\\u0000-\\u001f]+$';

/** How the power of a device is switched. Which fields a preset needs, `powerFaults` says. */
export const PowerSchema = Type.Object(
  {
    preset: Type.Optional(
      Type.Union(
        names.map((name) => Type.Literal(name)),
        { title: 'how it is switched', description: `one of ${names.join(', ')}` },
      ),
    ),
    command: Type.Optional(
      Type.Object(
        {
          on: argv('what switches it on'),
          off: argv('what switches it off'),
          cycle: argv('what does both; default: off, a while, on'),
        },
        {
          ...{ additionalProperties: false, title: 'programs of yours in place of a preset' },
          description: '{ on: [WORD…], off: [WORD…] }, without a shell',
        },
      ),
    ),
    host: text('what is asked', '^[A-Za-z0-9:._-]{1,253}$', 'a host name or an address'),
    port: number('its TCP or UDP port', '^[0-9]{1,5}$', 'a number of a port'),
    outlet: number(
      'which outlet, relay, port, system or line',
      '^[A-Za-z0-9._-]{1,100}$',
      'a number or a name',
    ),
    user: text('who logs in', '^[^\\u0000-\\u0020]{1,100}$', 'a name without blanks'),
    'secret-file': text('a file that holds the password', path, 'a path, relative to this file'),
    'secret-env': text(
      'a variable of the environment that holds the password',
      '^[A-Za-z_][A-Za-z0-9_]*$',
      'a name of a variable',
    ),
    'ca-file': text(
      'the certificate that a BMC or its CA has',
      path,
      'a path of a PEM file, relative to this file',
    ),
    url: text(
      'what is asked for',
      '^https?://[^\\u0000-\\u0020]+$',
      'a URL, with {word} for on and off',
    ),
    topic: text('where the message goes', '^[^\\u0000-\\u0020+#]+$', 'a topic of MQTT'),
    chip: text('the chip of the line', '^[A-Za-z0-9/_.-]{1,100}$', 'a chip such as gpiochip0'),
    active: Type.Optional(
      Type.Union([Type.Literal('low'), Type.Literal('high')], {
        title: 'the level that interrupts; default: low',
        description: 'low or high',
      }),
    ),
    pdu: text(
      'what takes one request at a time, where that is not one host; of pdudaemon, its name there',
      '^[A-Za-z0-9._:-]{1,100}$',
      'a name',
    ),
    'off-for': duration('how long it is off in a cycle; default: 5s'),
    timeout: duration('how long a program may take; default: 20s'),
  },
  {
    ...{ additionalProperties: false, title: 'how its power is switched' },
    description: 'such as { preset: tasmota, host: 10.0.0.9 }',
  },
);

/** The fields of it that a table can have: all but the programs, which are lists. */
export const powerFields = Object.keys(PowerSchema.properties).filter(
  (field) => field !== 'command',
);

/** What an inventory says of a device's power. */
export type PowerSettings = Static<typeof PowerSchema>;
