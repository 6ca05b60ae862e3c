/** A node of a device tree: a text property is ended by NUL, a number is one 32-bit cell. */
export interface FdtNode {
  properties?: Record<string, string | number | Uint8Array>;
  nodes?: Record<string, FdtNode>;
}

const version = { own: 17, compatibleWith: 16 };
const token = { beginNode: 1, endNode: 2, property: 3, end: 9 };
const headerBytes = 40;
/** The list of reserved memory, of which only the end is there. */
const reservations = Buffer.alloc(16);

/** A flattened device tree (Devicetree Specification 0.4, chapter 5) with this root. */
export function flattened(root: FdtNode): Buffer {
  const names = new Names();
  const structure = Buffer.concat([...nodeParts('', root, names), cells(token.end)]);
  const strings = names.bytes();
  const structureAt = headerBytes + reservations.length;
  const stringsAt = structureAt + structure.length;
  const header = cells(
    ...[0xd00dfeed, stringsAt + strings.length, structureAt, stringsAt, headerBytes],
    ...[version.own, version.compatibleWith, 0, strings.length, structure.length],
  );
  return Buffer.concat([header, reservations, structure, strings]);
}

function nodeParts(name: string, { properties = {}, nodes = {} }: FdtNode, names: Names): Buffer[] {
  return [
    cells(token.beginNode),
    padded(Buffer.from(`${name}\0`)),
    ...Object.entries(properties).flatMap(([key, value]) => {
      const bytes = valueBytes(value);
      return [cells(token.property, bytes.length, names.offset(key)), padded(bytes)];
    }),
    ...Object.entries(nodes).flatMap(([child, node]) => nodeParts(child, node, names)),
    cells(token.endNode),
  ];
}

/** The block of property names, each once. */
class Names {
  readonly #offsets = new Map<string, number>();
  #length = 0;

  offset(name: string): number {
    const known = this.#offsets.get(name);
    if (known !== undefined) return known;
    const at = this.#length;
    this.#offsets.set(name, at);
    this.#length += name.length + 1;
    return at;
  }

  bytes(): Buffer {
    return Buffer.from([...this.#offsets.keys()].map((name) => `${name}\0`).join(''));
  }
}

function valueBytes(value: string | number | Uint8Array): Buffer {
  if (typeof value === 'string') return Buffer.from(`${value}\0`);
  return typeof value === 'number' ? cells(value) : Buffer.from(value);
}

function cells(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
