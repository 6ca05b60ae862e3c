/** JSON Schema (draft 7) of what a type looks like as JSON. */
import ts from 'typescript';
import { checker, docOf, isOwn } from './types.js';

export interface Schema {
  $ref?: string;
  description?: string;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema;
}

/** Schemas of the named types that were met, by name. */
export type Definitions = Record<string, Schema>;

/** @param definitions gets the schema of each named object type that the type is made of */
export function schemaOf(type: ts.Type, definitions: Definitions): Schema {
  const name = nameOf(type);
  if (name === undefined) return inlineSchema(type, definitions);
  if (!(name in definitions)) {
    definitions[name] = {};
    const symbol = type.aliasSymbol ?? type.symbol;
    const description = docOf(symbol);
    definitions[name] = {
      ...(description === '' ? {} : { description }),
      ...inlineSchema(type, definitions),
    };
  }
  return { $ref: `#/definitions/${name}` };
}

/** The name of an interface or alias of the sources that needs no arguments. */
function nameOf(type: ts.Type): string | undefined {
  if (type.flags & (ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.BooleanLike))
    return undefined;
  const { aliasSymbol, aliasTypeArguments } = type;
  if (aliasSymbol && isOwn(aliasSymbol) && !aliasTypeArguments?.length) return aliasSymbol.name;
  const isInterface = (type.symbol?.flags ?? 0) & ts.SymbolFlags.Interface;
  return isInterface && isOwn(type.symbol) ? type.symbol.name : undefined;
}

function inlineSchema(type: ts.Type, definitions: Definitions): Schema {
  if (type.isUnion()) return unionSchema(type.types, definitions);
  if (type.isLiteral()) return { const: type.value };
  if (type.flags & ts.TypeFlags.BooleanLiteral)
    return { const: checker.typeToString(type) === 'true' };
  if (type.flags & ts.TypeFlags.String) return { type: 'string' };
  if (type.flags & ts.TypeFlags.TemplateLiteral) return { type: 'string' };
  if (type.flags & ts.TypeFlags.Number) return { type: 'number' };
  if (type.flags & ts.TypeFlags.Boolean) return { type: 'boolean' };
  if (type.flags & ts.TypeFlags.Null) return { type: 'null' };
  if (type.flags & (ts.TypeFlags.Unknown | ts.TypeFlags.Any)) return {};
  if (checker.isArrayType(type)) {
    const [item] = checker.getTypeArguments(type as ts.TypeReference);
    return { type: 'array', items: schemaOf(item!, definitions) };
  }
  return objectSchema(type, definitions);
}

function unionSchema(types: ts.Type[], definitions: Definitions): Schema {
  const present = types.filter((one) => !(one.flags & ts.TypeFlags.Undefined));
  const booleans = present.filter((one) => one.flags & ts.TypeFlags.BooleanLiteral);
  const literals = present.flatMap((one) => (one.isLiteral() ? [one.value] : [])).sort();
  // The compiler lists the members of a union in the order in which it met them first, whoever asked.
  const others = present
    .filter((one) => !one.isLiteral() && !(one.flags & ts.TypeFlags.BooleanLiteral))
    .map((one) => schemaOf(one, definitions))
    .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  const all: Schema[] = [
    ...(booleans.length === 2
      ? [{ type: 'boolean' }]
      : booleans.map((one) => inlineSchema(one, definitions))),
    ...(literals.length > 1 ? [{ enum: literals }] : literals.map((value) => ({ const: value }))),
    ...others,
  ];
  return all.length === 1 ? all[0]! : { anyOf: all };
}

function objectSchema(type: ts.Type, definitions: Definitions): Schema {
  const properties: Record<string, Schema> = {};
  const required: string[] = [];
  for (const property of checker.getPropertiesOfType(type)) {
    const description = docOf(property);
    const of = checker.getTypeOfSymbol(property);
    const schema = schemaOf(of, definitions);
    properties[property.name] = description === '' ? schema : { description, ...schema };
    const mayLack = of.isUnion() && of.types.some((one) => one.flags & ts.TypeFlags.Undefined);
    if (!(property.flags & ts.SymbolFlags.Optional || mayLack)) required.push(property.name);
  }
  const index = checker.getIndexTypeOfType(type, ts.IndexKind.String);
  return {
    type: 'object',
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
    ...(required.length > 0 ? { required } : {}),
    ...(index ? { additionalProperties: schemaOf(index, definitions) } : {}),
  };
}
