/** The scripts and the schemas say the same: nothing is unread, and nothing is unwritten. */
import type { TObject, TSchema } from '@sinclair/typebox';
import { KindGuard } from '@sinclair/typebox';
import { describe, expect, test } from 'vitest';
import { DeviceSettings, EntryConf } from '../../../src/protocol/entry-conf.js';
import { ToldFacts } from '../../../src/protocol/facts/facts.js';
import { flasherCodes } from '../../../src/protocol/flasher-codes.js';
import { holders } from '../../../src/protocol/holders.js';
import { LevitateConf } from '../../../src/protocol/levitate-conf.js';
import { nestedObjects, replies } from '../../../src/protocol/replies.js';
import * as scriptSettings from '../../../src/protocol/script-settings.js';
import { callsOf, scriptsIn } from './shell.js';
import { saidIn, type Said } from './said.js';

const isHelper = ({ path }: { path: string }) => path.startsWith('initramfs/helper/');
const scripts = scriptsIn('initramfs').filter((file) => !isHelper(file));
const helper = scriptsIn('initramfs').filter(isHelper);
const sources = scriptsIn('src').filter(({ path }) => !path.startsWith('src/protocol/'));

const fieldsOf = (schemas: Record<string, TSchema>): Said =>
  new Map(
    Object.entries(schemas).map(([type, schema]) => [
      type,
      new Set(Object.keys((schema as TObject).properties ?? {})),
    ]),
  );

/** As `type.field`, in order. */
const listed = (said: Said): string[] =>
  [...said]
    .flatMap(([type, fields]) => [type, ...[...fields].map((key) => `${type}.${key}`)])
    .sort();

describe('what the flasher says', () => {
  const { lines, nested } = saidIn(scripts);
  // A file of a tree is told by the helper alone.
  const { holder: _, file: __, ...types } = replies;
  const kinds = Object.fromEntries(
    holders.map((schema) => [`holder ${schema.properties.kind.const}`, schema]),
  );

  test('is what the replies are, with every field and no other', () => {
    // Only what writes reads back: for the shell, the host does.
    const byHelper = ['written.read_back'];
    const said = [...listed(lines), ...byHelper].sort();
    expect(said).toEqual(listed(fieldsOf({ ...types, ...kinds })));
  });

  test('in an object of its own within a reply, too', () => {
    expect(listed(nested)).toEqual(listed(fieldsOf(nestedObjects)));
  });

  test('with the codes that the host knows', () => {
    const codes = ['refuse', 'fail'].flatMap((command) =>
      scripts.flatMap((script) => callsOf(command, script).map(({ words }) => words[0]!)),
    );
    const printed = scripts.flatMap(({ text }) =>
      [...text.matchAll(/"code":"([A-Z_]+)"/g)].map(([, code]) => code!),
    );
    const said = new Set([...codes, ...printed].filter((code) => !code.startsWith('$')));
    expect([...said].sort()).toEqual([...flasherCodes].sort());
  });
});

describe('what the helper says', () => {
  test('is of the flasher, field by field', () => {
    const text = helper.map(({ text }) => text).join('\n');
    // What stands between two beginnings of a line belongs to the first of them.
    const lines = text.split(/(?=\{\\"type\\":)/).slice(1);
    const said = lines.map((line): [string, string[]] => {
      const fields = [...line.matchAll(/(?<=[{,])\\"([a-z0-9_]+)\\":/g)].map(([, key]) => key!);
      return [/^\{\\"type\\":\\"([a-z]+)\\"/.exec(line)?.[1] ?? '', fields.slice(1)];
    });
    expect(said).toEqual([
      ['chunk', ['index', 'sha256', 'next']],
      ['peb', ['index', 'header']],
      ['written', ['index', 'bytes', 'read_back']],
      ['error', ['code', 'message']],
      [
        'file',
        [
          'path',
          'kind',
          'mode',
          'uid',
          'gid',
          'mtime',
          'inode',
          'major',
          'minor',
          'size',
          'sha256',
          'link',
          'attributes',
        ],
      ],
    ]);
    for (const [type, fields] of said) {
      const { properties } = (replies as Record<string, TSchema>)[type]!;
      expect(Object.keys(properties as object), type).toEqual(expect.arrayContaining(fields));
    }
  });

  test('with codes that the flasher has', () => {
    const codes = helper.flatMap(({ text }) =>
      [...text.matchAll(/fail\("([A-Z_]+)"/g)].map(([, code]) => code!),
    );
    expect(codes.length).toBeGreaterThan(0);
    expect([...flasherCodes]).toEqual(expect.arrayContaining(codes));
  });
});

describe('facts', () => {
  const told = new Set(
    scripts.flatMap((script) =>
      ['fact', 'fact_lines', 'lines'].flatMap((command) =>
        callsOf(command, script).map(({ words }) => words[0]!),
      ),
    ),
  );
  const known = Object.keys(ToldFacts.properties).sort();

  test('are told by a script, each one, and no other', () => {
    expect([...told].filter((key) => !key.startsWith('$')).sort()).toEqual(known);
  });

  test('are read by the host, each one', () => {
    const read = (key: string) =>
      sources.some(({ text }) =>
        new RegExp(`\\b(one|all|words|rows|number|owed)\\(\\s*'${key}'`).test(text),
      );
    expect(known.filter((key) => !read(key))).toEqual([]);
  });
});

describe('settings', () => {
  const schemas: TObject[] = [
    LevitateConf,
    EntryConf,
    ...Object.values(scriptSettings).filter(KindGuard.IsObject),
  ];
  const known = [...new Set(schemas.flatMap(({ properties }) => Object.keys(properties)))].sort();
  const names = (text: string, pattern: RegExp) =>
    [...text.matchAll(pattern)].map(([, name]) => name!);

  test('are read by a script, each one, and no other', () => {
    const read = scripts.flatMap(({ text }) => names(text, /\$\{?(LEVITATE_[A-Z_]+)/g));
    expect([...new Set(read)].sort()).toEqual(known);
  });

  test('are written, each one: by the host, or by the device where only it knows', () => {
    const byHost = sources.flatMap(({ text }) => names(text, /\b(LEVITATE_[A-Z_]+): /g));
    const byDevice = scripts.flatMap(({ text }) => names(text, /printf "(LEVITATE_[A-Z_]+)='%s'/g));
    expect([...new Set(byDevice)].sort()).toEqual(Object.keys(DeviceSettings.properties).sort());
    expect(
      [...new Set([...byHost, ...byDevice])].filter((name) => known.includes(name)).sort(),
    ).toEqual(known);
  });
});
