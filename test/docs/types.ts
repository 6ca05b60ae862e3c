/** The types of the sources, as the compiler of TypeScript knows them. */
import path from 'node:path';
import ts from 'typescript';

const root = path.resolve(import.meta.dirname, '../..');
const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), (file) =>
  ts.sys.readFile(file),
) as {
  config: unknown;
};
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const files = ['src/index.ts', 'src/cli/views/json-line.ts'].map((file) => path.join(root, file));
export const program = ts.createProgram(files, { ...options, noEmit: true });
export const checker = program.getTypeChecker();

/** What a module of the sources exports, by name. */
export function exportsOf(file: string): Map<string, ts.Symbol> {
  const source = program.getSourceFile(path.join(root, file));
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error(`${file} is no module`);
  return new Map(
    checker.getExportsOfModule(module).map((symbol) => [symbol.name, resolved(symbol)]),
  );
}

/** The symbol that a re-exported one stands for. */
const resolved = (symbol: ts.Symbol): ts.Symbol =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

/** The docstring of a symbol, on one line. */
export const docOf = (symbol: ts.Symbol): string =>
  ts.displayPartsToString(symbol.getDocumentationComment(checker)).replace(/\s+/g, ' ');

/** Whether a declaration is in the sources, and not in a library. */
export const isOwn = (symbol: ts.Symbol): boolean =>
  (symbol.declarations ?? []).some((one) =>
    one.getSourceFile().fileName.startsWith(path.join(root, 'src/')),
  );
