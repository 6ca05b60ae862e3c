/** Which fields of the schemas some code of the host reads, as the TypeScript compiler resolves them. */
import path from 'node:path';
import ts from 'typescript';

/** A field of a schema, such as `status.ts Status.phase`. */
export type Field = string;

/**
 * Finds the fields of the schemas that lie directly in src/protocol, and those of them that are read: as a property, or
 * taken apart. The types of the host come from the schemas, so that each access leads back to the field's declaration there.
 */
export function fieldsOfSchemas(): { declared: Field[]; read: Set<Field> } {
  const config = ts.getParsedCommandLineOfConfigFile(
    'tsconfig.json',
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
        throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'));
      },
    },
  )!;
  const sources = config.fileNames.filter((file) => /[/\\]src[/\\]/.test(file));
  const program = ts.createProgram(sources, config.options);
  const checker = program.getTypeChecker();
  const files = program.getSourceFiles().filter((file) => !file.isDeclarationFile);
  const fields = new Map<ts.Declaration, Field>();
  const names = new Set<string>();
  for (const file of files.filter(isSchemaFile))
    for (const property of schemaProperties(file)) {
      fields.set(property, `${path.basename(file.fileName)} ${placeOf(property)}`);
      names.add(property.name.getText());
    }
  const read = new Set<Field>();
  const note = (symbol: ts.Symbol | undefined) => {
    for (const declaration of symbol?.declarations ?? []) {
      const field = fields.get(declaration);
      if (field !== undefined) read.add(field);
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && names.has(node.name.text))
      note(checker.getSymbolAtLocation(node.name));
    const taken = takenApart(node);
    if (taken !== undefined && names.has(taken))
      note(checker.getTypeAtLocation(node.parent).getProperty(taken));
    ts.forEachChild(node, visit);
  };
  for (const file of files.filter((one) => !isSchemaFile(one))) visit(file);
  return { declared: [...fields.values()], read };
}

/** What else src/protocol has: code that reads, and facts and settings, which are no objects that the host takes apart. */
const others = new RegExp(
  `^(${['check', 'compatible', 'describe-holder', 'flasher-codes', 'parse-reply', 'target-key', 'values', 'version', 'entry-conf', 'levitate-conf', 'script-settings'].join('|')})$`,
);

/** Files that have nothing but schemas of objects that the host takes apart; a new file is one. */
const isSchemaFile = ({ fileName }: ts.SourceFile): boolean => {
  const [, name] = /\/src\/protocol\/([^/]*)\.ts$/.exec(fileName) ?? [];
  return name !== undefined && !others.test(name);
};

/** The property that an element of a pattern takes. */
function takenApart(node: ts.Node): string | undefined {
  if (!ts.isBindingElement(node) || !ts.isObjectBindingPattern(node.parent)) return undefined;
  const name = node.propertyName ?? node.name;
  return ts.isIdentifier(name) ? name.text : undefined;
}

/** The fields in the object of `Type.Object({ … })` and `holder(kind, { … })`. */
function schemaProperties(
  file: ts.SourceFile,
): ts.ObjectLiteralElementLike[] & { name: ts.PropertyName }[] {
  const found: (ts.ObjectLiteralElementLike & { name: ts.PropertyName })[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(Type\.Object|holder)$/.test(node.expression.getText()))
      for (const argument of node.arguments.slice(0, 2))
        if (ts.isObjectLiteralExpression(argument) && argument !== node.arguments[optionsAt(node)])
          found.push(...argument.properties.filter(isNamed));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Where a call has the options of its schema, which are no fields. */
const optionsAt = (node: ts.CallExpression): number =>
  node.expression.getText() === 'holder' ? 2 : 1;

const isNamed = (
  property: ts.ObjectLiteralElementLike,
): property is ts.ObjectLiteralElementLike & { name: ts.PropertyName } =>
  property.name !== undefined;

/** Which schema a field is of, and its name. */
function placeOf(property: ts.ObjectLiteralElementLike & { name: ts.PropertyName }): string {
  const call = property.parent.parent as ts.CallExpression;
  const [first] = call.arguments;
  const kind = first && ts.isStringLiteral(first) ? `${first.text}.` : '';
  let above: ts.Node = call;
  while (!ts.isVariableDeclaration(above) && !ts.isPropertyAssignment(above)) above = above.parent;
  return `${kind || `${above.name.getText()}.`}${property.name.getText()}`;
}
