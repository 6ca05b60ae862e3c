/** docs/reference/flasher-protocol.md and its JSON schema, from the schemas of src/protocol and the scripts of the flasher. */
import { KindGuard, type TObject, type TSchema } from '@sinclair/typebox';
import { readdir, readFile } from 'node:fs/promises';
import { chunkSize } from '../../src/image/image.js';
import { DeviceSettings, EntrySettings } from '../../src/protocol/entry-conf.js';
import { ToldFacts } from '../../src/protocol/facts/facts.js';
import { holders } from '../../src/protocol/holders.js';
import { LevitateConf } from '../../src/protocol/levitate-conf.js';
import { nestedObjects, replies } from '../../src/protocol/replies.js';
import { StatusCore } from '../../src/protocol/status.js';
import { protocol } from '../../src/protocol/version.js';
import { table } from './markdown.js';

const verbsFolder = 'initramfs/root/usr/lib/levitate/flasher/verbs';

/** A JSON schema of one line of the flasher's standard output. */
export const replySchema = (): object => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: `a line of the flasher, protocol ${protocol}`,
  type: 'object',
  required: ['type'],
  oneOf: Object.entries(replies).map(([type, schema]) => ({
    allOf: [{ properties: { type: { const: type } } }, schema],
  })),
});

export async function protocolPage(): Promise<string> {
  return `# The flasher protocol

This is protocol ${protocol}. Host and device compare its number: the archive carries it in \`profile.json\` and \`levitate.conf\`,
and the flasher says it in its \`status\`. Another one is refused with \`FLASHER_INCOMPATIBLE\`. In every protocol a status holds
${fieldNames(StatusCore)}, and \`leave\` without arguments reboots a device that nothing was written to or that was read back whole;
so any levitate can tell a device to leave.

\`flasher VERB …\` over SSH. JSON lines on standard output, image data on standard input, words for people on standard
error. It ends with 0 done, 1 failed after work began, 2 misuse, 3 refused and nothing done; if not with 0, one line of
type \`error\` has said why, whatever ended it. Numbers are decimal digits without a leading zero; every one is looked at
before it is used.

${table(['verb', 'what it does'], await verbs())}

A piece is a chunk of ${chunkSize / (1 << 20)} MiB. Of a UBI layout it is as many eraseblocks as a chunk holds, without their erase counter
headers; PLACE is the \`next\` that the line of the piece before held.

Frames of \`feed\`, each a line:

- \`chunk INDEX LENGTH SHA256\`, then LENGTH bytes. A chunk is kept in RAM and hashed before it is written. INDEX and LENGTH
  are those of the image that \`open\` recorded; a stream takes its chunks in order.
- \`deflated INDEX LENGTH SHA256 SIZE\`, then SIZE bytes: one DEFLATE stream (RFC 1951) of the LENGTH bytes, and nothing behind
  it. It may come where \`opened\` says \`deflated\`, and not as the first frame of a feed.
- \`zero INDEX LENGTH\`: the device puts that many zeros there, which are not sent. On NOR, where only the first chunk is named so,
  it erases its first eraseblock instead: in either case nothing starts from there.
- \`end\`. An end of file before it is a cut, never an end.

## Replies

Each line is an object with a \`type\`; [a JSON schema](flasher-protocol.schema.json) describes them all. Fields with a ? may be
missing. What a line holds besides is kept: a flasher may say more. The host refuses a field of the wrong type, naming it, and
shows control characters of a device as numbers.

${Object.entries(replies)
  .filter(([type]) => type !== 'holder')
  .map(([type, schema]) => `### \`${type}\`\n\n${fieldTable(schema)}`)
  .join('\n\n')}

Objects in fields of these:

${Object.entries(nestedObjects)
  .map(([type, schema]) => `### \`${type}\` in a field\n\n${fieldTable(schema)}`)
  .join('\n\n')}

### \`holder\`

What keeps flash or the old system in use. Its \`kind\` says which fields it has:

${table(
  ['kind', 'fields'],
  holders.map((schema) => [`\`${schema.properties.kind.const}\``, fieldList(schema)]),
)}

## Facts

What a running device tells while it is looked at, as \`KEY=VALUE\` between marks that the host has chosen anew. A key may come
as often as it likes.

${table(['fact', 'value'], rows(ToldFacts))}

## Settings

\`/etc/levitate/levitate.conf\` of an archive, as shell assignments:

${table(['setting', 'value'], rows(LevitateConf))}

\`/etc/levitate/entry.conf\`, which prevails over it, is what only one entry knows. The host gives the first ones, the device
adds the others:

${table(['setting', 'value'], [...rows(EntrySettings), ...rows(DeviceSettings)])}`;
}

/** Every verb with its arguments, as the second line of its file says. */
async function verbs(): Promise<string[][]> {
  const files = (await readdir(verbsFolder)).sort();
  const texts = files.map((name) => readFile(`${verbsFolder}/${name}`, 'utf8'));
  return (await Promise.all(texts)).map((text) => {
    const [, usage = '', does = ''] = /^# ([^:]*): (.*)$/.exec(text.split('\n')[1]!) ?? [];
    return [`\`${usage}\``, does];
  });
}

const fieldTable = (schema: TSchema): string => {
  if (!KindGuard.IsObject(schema)) throw new Error('a reply is an object');
  const all = rows(schema);
  return all.length === 0 ? 'Done, with nothing more to say.' : table(['field', 'value'], all);
};

const rows = (schema: TObject): string[][] =>
  Object.entries(schema.properties).map(([key, field]) => [
    `\`${key}\`${KindGuard.IsOptional(field) ? '?' : ''}`,
    field.description === undefined ? '' : `${field.description}${typeOf(field)}`,
  ]);

/** Types that a description does not show. */
const typeOf = (field: TSchema): string =>
  field['type'] === 'integer'
    ? ' (a whole number)'
    : field['type'] === 'boolean'
      ? ' (true or false)'
      : '';

const fieldList = ({ properties }: TObject): string =>
  Object.entries(properties)
    .filter(([key]) => key !== 'kind')
    .map(
      ([key, field]) =>
        `\`${key}\`${KindGuard.IsOptional(field) ? '?' : ''}: ${field.description ?? ''}`,
    )
    .join('; ') || 'none';

const fieldNames = ({ properties }: TObject): string =>
  Object.keys(properties)
    .map((key) => `\`${key}\``)
    .join(', ');
