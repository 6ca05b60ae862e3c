import { createHash } from 'node:crypto';
import { unsupported } from '../image-errors.js';
import { ByteSource } from './byte-source.js';
import type { Attributes } from './entry-attributes.js';
import { treeEntry } from './entry-rules.js';
import { shownName, tarEntries } from './tar-entries.js';
import { archiveEnd, archiveEntry, archivePadding } from './tree-archive.js';
import type { TreeEntry, TreeIndex } from './tree.js';

/** The folder on the device in which a tree grows (initramfs/helper/tree-put.c). */
const growing = '.levitate-tree';

/** A folder, and its attributes, which come last. */
interface Folder {
  entry: TreeEntry;
  attributes: Attributes;
  /** Whether the archive has an entry for it; else it is one on the way to another. */
  isNamed: boolean;
}

/**
 * Reads a tar archive as a tree, and gives the archive that goes to the device: each entry as plainly as it can be written, each
 * folder before what is in it, and all of them once more at the end, because what is made in a folder changes its time.
 */
export class TreeReader {
  readonly #entries: TreeEntry[] = [];
  readonly #others = new Map<string, TreeEntry>();
  readonly #folders = new Map<string, Folder>();
  #files = 0;
  #bytes = 0;

  /** @param path of the archive, for messages */
  constructor(readonly path: string) {}

  /** What was read; all of it once `archive` has ended. */
  get tree(): TreeIndex {
    return { entries: this.#entries, files: this.#files, bytes: this.#bytes };
  }

  /**
   * Gives the bytes of the archive that goes to the device.
   * @param bytes of the tar archive, decompressed
   * @throws LevitateError IMAGE_TRUNCATED, IMAGE_CORRUPT, IMAGE_FORMAT
   */
  async *archive(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    const source = new ByteSource(this.path, bytes);
    try {
      yield* this.#folder('.', undefined);
      for await (const tar of tarEntries(source)) {
        const { entry, attributes } = treeEntry(this.path, tar);
        yield* this.#ways(entry);
        if (entry.kind === 'folder') {
          yield* this.#folder(entry.name, { entry, attributes, isNamed: true });
          continue;
        }
        this.#add(entry);
        yield archiveEntry(entry, attributes);
        if (entry.kind !== 'file') continue;
        const sum = createHash('sha256');
        for await (const piece of tar.content) {
          sum.update(piece);
          yield piece;
        }
        yield archivePadding(entry.size);
        entry.sha256 = sum.digest('hex');
        this.#files += 1;
        this.#bytes += entry.size;
      }
      if (this.#entries.length === 1 && !this.#folders.get('.')!.isNamed)
        throw this.#refusal('there is nothing in it');
      for (const { entry, attributes } of [...this.#folders.values()].reverse())
        yield archiveEntry(entry, attributes);
      yield archiveEnd;
    } finally {
      await source.close();
    }
  }

  /** Makes a folder, or lets one that was made be as a later entry says. */
  *#folder(name: string, folder: Folder | undefined): Generator<Uint8Array, void> {
    const there = this.#folders.get(name);
    if (there) {
      if (!folder) return;
      Object.assign(there.entry, folder.entry);
      there.attributes = folder.attributes;
      there.isNamed = true;
      return;
    }
    const made = folder ?? { entry: onTheWay(name), attributes: [], isNamed: false };
    if (this.#others.has(name)) throw this.#twice(name);
    this.#folders.set(name, made);
    this.#entries.push(made.entry);
    // Attributes come last: what is made in a folder may inherit from them.
    yield archiveEntry(made.entry, []);
  }

  /** Makes the folders that lead to an entry, where the archive has none before it. */
  *#ways({ name }: TreeEntry): Generator<Uint8Array, void> {
    for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) {
      const way = name.slice(0, at);
      const other = this.#others.get(way);
      if (other)
        throw this.#refusal(
          `${shownName(name)} lies below ${shownName(way)}, which is no folder${other.kind === 'link' ? ', but a link' : ''}`,
        );
      yield* this.#folder(way, undefined);
    }
  }

  #add(entry: TreeEntry): void {
    const { name, kind, link = '' } = entry;
    if (this.#others.has(name) || this.#folders.has(name)) throw this.#twice(name);
    if (name === growing) throw this.#refusal(`the name ${growing} is levitate's own`);
    if (kind === 'hard-link' && !this.#others.has(link))
      throw this.#refusal(
        `${shownName(name)} is another name of ${shownName(link)}, which is no file that comes before it`,
      );
    this.#others.set(name, entry);
    this.#entries.push(entry);
  }

  #twice(name: string) {
    return this.#refusal(`${shownName(name)} comes twice in it`);
  }

  #refusal(what: string) {
    return unsupported(
      this.path,
      what,
      'Unpack it where you can look at it, and pack the tree anew: tar --format=pax --xattrs --numeric-owner -cf FILE -C FOLDER .',
    );
  }
}

/** A folder of which an archive says nothing. */
const onTheWay = (name: string): TreeEntry => ({
  ...{ name, kind: 'folder', mode: 0o755, uid: 0, gid: 0, mtime: 0, size: 0 },
  ...{ attributes: {}, attributeBytes: 0 },
});
