import type { TreeEntry, TreeIndex } from '../image/tree/tree.js';
import type { ReplyOf } from '../protocol/replies.js';

/** A name that was found in a file system, as the flasher tells of it. */
export type FoundFile = Omit<ReplyOf<'file'>, 'type'>;

/** What the kernel gives files by itself, where it keeps labels or measures them. */
const ownAttributes = /^security\.(selinux|SMACK64|ima|evm)$/;

/** Compares what is found in a file system, name by name, with a tree. */
export class TreeComparison {
  readonly #expected: Map<string, TreeEntry>;
  readonly #inodes = new Map<string, number>();
  readonly #missing: Set<string>;
  /** How many names were found that belong there. */
  names = 0;
  /** Bytes of the files that were found. */
  bytes = 0;
  /** What differs, for people; only the first ones. */
  readonly differences: string[] = [];

  /** @param own folders that the file system has by itself */
  constructor(
    tree: TreeIndex,
    readonly own: readonly string[],
  ) {
    this.#expected = new Map(tree.entries.map((entry) => [entry.name, entry]));
    this.#missing = new Set(this.#expected.keys());
  }

  /** Takes the next name that was found. */
  found(file: FoundFile): void {
    const entry = this.#expected.get(file.path);
    if (!entry) {
      if (file.kind !== 'folder' || !this.own.includes(file.path))
        this.#differs(file.path, 'is not in the tree');
      return;
    }
    this.#missing.delete(file.path);
    this.#inodes.set(file.path, file.inode);
    this.names += 1;
    this.bytes += entry.kind === 'file' ? (file.size ?? 0) : 0;
    for (const what of differencesOf(this.#original(entry), file)) this.#differs(file.path, what);
  }

  /** Ends the comparison. */
  finish(): void {
    for (const name of this.#missing) this.#differs(name, 'is missing');
    for (const { kind, name, link = '' } of this.#expected.values())
      if (kind === 'hard-link' && this.#inodes.get(name) !== this.#inodes.get(link))
        this.#differs(name, 'is a file of its own');
  }

  /** The file that an entry is another name of. */
  #original(entry: TreeEntry): TreeEntry {
    let original = entry;
    while (original.kind === 'hard-link')
      original = this.#expected.get(original.link ?? '') ?? failed(original);
    return original;
  }

  #differs(path: string, what: string): void {
    if (this.differences.length < 10) this.differences.push(`/${shown(path)} ${what}`);
  }
}

/** An archive of which an entry leads to none is refused before. */
const failed = ({ name }: TreeEntry): never => {
  throw new Error(`${name} is another name of nothing`);
};

function differencesOf(entry: TreeEntry, file: FoundFile): string[] {
  const { kind, size, sha256, link, device, attributes } = entry;
  if (file.kind !== kind) return [`is a ${file.kind}, not a ${kind}`];
  const differ = (what: string, one: unknown, other: unknown): string[] =>
    one === other ? [] : [`has the ${what} ${String(other)}, not ${String(one)}`];
  return [
    ...(kind === 'link' ? [] : differ('mode', entry.mode.toString(8), file.mode.toString(8))),
    ...differ('owner', `${entry.uid}:${entry.gid}`, `${file.uid}:${file.gid}`),
    ...differ('time', entry.mtime, file.mtime),
    ...(kind === 'file' ? differ('length', size, file.size) : []),
    ...(kind === 'file' && sha256 !== file.sha256 ? ['has another content'] : []),
    ...(link !== file.link ? ['leads elsewhere'] : []),
    ...(device?.major !== file.major || device?.minor !== file.minor ? ['is another device'] : []),
    ...attributeDifferences(attributes, file.attributes),
  ];
}

function attributeDifferences(
  wanted: Record<string, string>,
  there: Record<string, string>,
): string[] {
  const names = new Set([
    ...Object.keys(wanted),
    ...Object.keys(there).filter((name) => !ownAttributes.test(name)),
  ]);
  return [...names]
    .filter((name) => wanted[name] !== there[name])
    .map((name) => `has another attribute ${shown(name)}`);
}

/** A name for people, in which a character stands for a byte, as text. */
const shown = (name: string): string => Buffer.from(name, 'latin1').toString('utf8');
