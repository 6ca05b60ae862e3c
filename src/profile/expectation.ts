/** The parts of JSON Schema that the profile's schema uses. */
export interface JsonSchema {
  type?: string;
  title?: string;
  description?: string;
  const?: unknown;
  anyOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  patternProperties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  minItems?: number;
  /** Why there is no such key, for keys that one would look for. */
  absent?: Record<string, string>;
}

/** Says in words what a schema admits: its description and, where it is a choice, the choices. */
export function describeSchema(schema: JsonSchema): string {
  const shape = shapeOf(schema);
  if (schema.description === undefined) return shape;
  const plain = schema.type === 'string' && schema.const === undefined;
  return plain ? schema.description : `${shape} (${schema.description})`;
}

function shapeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return String(schema.const);
  if (schema.anyOf) return `one of ${schema.anyOf.map(brief).join(', ')}`;
  if (schema.type === 'object') return mapShape(schema);
  if (schema.type === 'array') return schema.minItems ? 'a list with something in it' : 'a list';
  if (schema.type === 'integer') return 'a whole number';
  return schema.type === 'string' ? 'text' : (schema.type ?? 'a value');
}

function mapShape({ properties, required = [] }: JsonSchema): string {
  const keys = Object.keys(properties ?? {});
  if (keys.length === 0) return 'a map';
  return `a map with ${required.length > 0 ? required.join(' and ') : keys.join(', ')}`;
}

function brief(schema: JsonSchema): string {
  if (schema.type !== 'object') return schema.description ?? shapeOf(schema);
  const fields = (schema.required ?? Object.keys(schema.properties ?? {})).map((key) => {
    const inner = schema.properties?.[key];
    return inner?.type === 'object' ? `${key}: ${brief(inner)}` : `${key}: …`;
  });
  return `{ ${fields.join(', ')} }`;
}
