import ts from 'typescript';
import { errorCodes } from '../../src/error-codes.js';
import { exitMeanings, type ExitStatus } from '../../src/exit-status.js';
import { checker, docOf, exportsOf } from './types.js';
import { table } from './markdown.js';

/** docs/reference/api.md: what the package exports, from its types and docstrings. */
export function apiPage(): string {
  const exported = [...exportsOf('src/index.ts')].sort(([a], [b]) => a.localeCompare(b));
  const isFunction = (symbol: ts.Symbol) => signatureOf(symbol) !== undefined;
  const functions = exported.filter(([, symbol]) => isFunction(symbol));
  const others = exported.filter(([, symbol]) => !isFunction(symbol));
  return `# The API

The package exports what the commands do, and nothing of it prints or ends the process. Every operation is called as
\`verb(options, { onProgress, signal })\`: \`onProgress\` gets each [event](events.md), and aborting \`signal\` is what Ctrl-C does.

\`\`\`ts
import { deploy, LevitateError } from 'levitate';

const stop = new AbortController();
try {
  const result = await deploy(
    {
      host: 'root@192.168.1.1',
      profile: 'profiles/x.yaml',
      images: { disk: 'new.img.zst' },
      expectBuild: 'v2',
    },
    {
      onProgress: (event) => {
        if (event.type === 'bytes') console.log(event.phase, event.done, event.total);
      },
      signal: stop.signal,
    },
  );
  console.log(result.leave?.build);
} catch (error) {
  if (!(error instanceof LevitateError)) throw error;
  console.error(error.code, error.exit, error.message, error.hint);
}
\`\`\`

## Functions

${functions.map(([name, symbol]) => functionSection(name, symbol)).join('\n\n')}

## Types and values

${others.map(([name, symbol]) => typeSection(name, symbol)).join('\n\n')}`;
}

const signatureOf = (symbol: ts.Symbol): ts.Signature | undefined => {
  const [declaration] = symbol.declarations ?? [];
  if (!declaration || !(symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Variable)))
    return undefined;
  return checker.getTypeOfSymbolAtLocation(symbol, declaration).getCallSignatures()[0];
};

function functionSection(name: string, symbol: ts.Symbol): string {
  const signature = signatureOf(symbol)!;
  const tags = symbol.getJsDocTags(checker);
  const tag = (kind: string) =>
    tags
      .filter((one) => one.name === kind)
      .map((one) =>
        ts
          .displayPartsToString(one.text)
          .replace(/\s+/g, ' ')
          .replace(/\b[A-Z][A-Z_]+\b\*?/g, (word) => (isCode(word) ? `\`${word}\`` : word)),
      );
  return [
    `### ${name}`,
    `\`\`\`ts\n${name}(${parameters(signature)}): ${shown(signature.getReturnType())}\n\`\`\``,
    docOf(symbol),
    ...tag('returns').map((text) => `Gives ${text}.`.replace('..', '.')),
    ...tag('throws').map((text) => `Throws ${text}.`.replace('..', '.')),
  ].join('\n\n');
}

/** A code, or several that begin alike, such as `TARGET_*`. */
const isCode = (word: string): boolean => word in errorCodes || /_\*?$/.test(word);

/** The parameters as they are declared; one that is taken apart is called options. */
const parameters = ({ declaration }: ts.Signature): string =>
  (declaration?.parameters ?? [])
    .filter(ts.isParameter)
    .map(({ name, type, initializer, questionToken }) => {
      const mayLack = (initializer ?? questionToken) ? '?' : '';
      return `${ts.isIdentifier(name) ? name.text : 'options'}${mayLack}: ${type?.getText() ?? 'unknown'}`;
    })
    .join(', ');

function typeSection(name: string, symbol: ts.Symbol): string {
  const isType =
    symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias | ts.SymbolFlags.Class);
  const [declaration] = symbol.declarations ?? [];
  const type = isType
    ? checker.getDeclaredTypeOfSymbol(symbol)
    : checker.getTypeOfSymbolAtLocation(symbol, declaration!);
  const fields =
    type.isUnion() || type.flags & ts.TypeFlags.StringLike ? [] : checker.getPropertiesOfType(type);
  const own = fields
    .filter((field) => field.declarations?.some((one) => !one.getSourceFile().isDeclarationFile))
    .sort((a, b) => byPlace(a.declarations![0]!, b.declarations![0]!));
  return [
    `### ${name}`,
    docOf(symbol),
    name in elsewhere
      ? elsewhere[name]
      : own.length > 0
        ? table(
            ['field', 'type', 'what it is'],
            own.map((field) => [
              `\`${field.name}\`${field.flags & ts.SymbolFlags.Optional ? ' ?' : ''}`,
              `\`${shown(checker.getTypeOfSymbol(field)).replace(/ \| undefined$/, '')}\``,
              name === 'exitStatus' ? meaningOf(checker.getTypeOfSymbol(field)) : docOf(field),
            ]),
          )
        : `\`${shown(type, ts.TypeFormatFlags.InTypeAlias)}\``,
  ].join('\n\n');
}

/** Types that have a page of their own. */
const elsewhere: Record<string, string> = {
  ErrorCode: 'One of [the codes](errors.md).',
  FlasherStatus: 'The fields of the [status](flasher-protocol.md#status) that a flasher gives.',
  Progress: 'One of [the events](events.md).',
};

/** The compiler lists the fields of a picked type in the order in which it met their names, whoever asked. */
const byPlace = (a: ts.Node, b: ts.Node): number =>
  a.getSourceFile().fileName.localeCompare(b.getSourceFile().fileName) ||
  a.getStart() - b.getStart();

/** What an exit status means. */
const meaningOf = (type: ts.Type): string =>
  exitMeanings[(type as ts.NumberLiteralType).value as ExitStatus];

/** A type as TypeScript writes it; the error codes by the name of their type, because they are many. */
const shown = (type: ts.Type, flags = ts.TypeFormatFlags.None): string =>
  written(type, flags).replace(everyCode, 'ErrorCode');

const written = (type: ts.Type, flags: ts.TypeFormatFlags): string =>
  checker
    .typeToString(
      type,
      undefined,
      ts.TypeFormatFlags.NoTruncation |
        ts.TypeFormatFlags.UseSingleQuotesForStringLiteralType |
        flags,
    )
    .replace(/import\("[^"]*"\)\./g, '')
    // The compiler lists the members of a union in the order in which it met them first, whoever asked.
    .replace(/'[^']*'(?: \| '[^']*')+|\b[A-Z]\w*(?: \| [A-Z]\w*)+\b(?!<)/g, (members) =>
      members.split(' | ').sort().join(' | '),
    );

const everyCode = written(
  checker.getDeclaredTypeOfSymbol(exportsOf('src/index.ts').get('ErrorCode')!),
  ts.TypeFormatFlags.None,
);
