/** What the flasher says, line by line: types and fields, found in the text of its scripts. */
import { callsOf, type Script } from './shell.js';

/** Type of a line → the fields that some script says. A kind of holder is a type of its own: `holder process`. */
export type Said = Map<string, Set<string>>;

/** Lines that go to the host, and objects that are values of fields of them. */
export function saidIn(scripts: Script[]): { lines: Said; nested: Said } {
  const lines: Said = new Map();
  const nested: Said = new Map();
  for (const script of scripts) {
    for (const { words, nested: inner } of callsOf('say', script))
      note(inner ? nested : lines, words[0]!, pairs(words.slice(1)));
    for (const command of ['refuse', 'fail'])
      for (const { words } of callsOf(command, script))
        note(
          lines,
          'error',
          ['code', 'message', ...pairs(words.slice(2)).map(([key]) => key)].map((key) => [
            key!,
            '',
          ]),
        );
    for (const [, body = ''] of literalObjects(script)) noteObject(lines, body);
    for (const [, kind = '', rest = ''] of script.text.matchAll(/say\("([a-z0-9]+)",(.*?), "/g))
      note(lines, 'holder', [['kind', kind], ...fieldsOfAwk(rest)]);
  }
  return { lines, nested };
}

type Pair = [key: string, value: string];

const pairs = (words: string[]): Pair[] =>
  words.flatMap((key, index) =>
    index % 2 === 0 && !key.startsWith('$')
      ? [[key.replace(/#$/, ''), words[index + 1] ?? ''] as Pair]
      : [],
  );

/** Objects that a script prints as they stand. */
const literalObjects = ({ text }: Script) =>
  text.replaceAll('\\"', '"').matchAll(/printf '?"?(\{"type":.*?\})/g);

function noteObject(said: Said, body: string): void {
  const keys = [...body.matchAll(/"([a-z_]+)":/g)].map(([, key]) => key!);
  const type = /"type":"([a-z]+)"/.exec(body)?.[1] ?? '';
  note(
    said,
    type,
    keys.filter((key) => key !== 'type').map((key) => [key, '']),
  );
}

const fieldsOfAwk = (text: string): Pair[] =>
  [...text.matchAll(/(?:string|number_of|list)\("([a-z_]+)"/g)].map(([, key]) => [key!, '']);

function note(said: Said, type: string, fields: Pair[]): void {
  const kind = type === 'holder' ? fields.find(([key]) => key === 'kind')?.[1] : undefined;
  const name = kind === undefined ? type : `${type} ${kind}`;
  const known = said.get(name) ?? new Set();
  for (const [key] of fields) known.add(key);
  said.set(name, known);
}
