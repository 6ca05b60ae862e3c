import { fatGeometry, reservedSectors, sector } from './geometry.js';
import { attributes, folderEntries } from './names.js';
import { fatTable, informationSector, volumeSector, type ClusterRun } from './sectors.js';

/** A file of a volume. */
export interface FatFile {
  /** Its path, such as `EFI/BOOT/BOOTX64.EFI`. */
  path: string;
  /** What is in it; of one that is put there later, its bytes. */
  content: Uint8Array | number;
}

interface Folder {
  name: string;
  entries: (Folder | { name: string; content: Uint8Array | number })[];
}

/**
 * Makes the beginning of a FAT32 volume, up to what is put there later: that lies in one piece, file after file, each from a whole
 * sector on (Microsoft, FAT32 File System Specification 1.03). Pure.
 * @param about bytes of the volume, the sector of its disk that it begins at, and bytes that are made
 * @param files those that are put there later come last
 * @throws RangeError where folders and files do not fit into what is made, or the others not behind it
 */
export function fatFront(
  about: { bytes: number; startSector: number; front: number },
  files: readonly FatFile[],
): Buffer {
  const geometry = fatGeometry(about.bytes);
  const runs: ClusterRun[] = [];
  let next = 2;
  const take = (bytes: number, content?: Uint8Array): number => {
    const count = Math.max(1, Math.ceil(bytes / sector));
    const first = next;
    runs.push({ first, count, ...(content ? { content } : {}) });
    next += count;
    return first;
  };
  const later = 2 + about.front / sector - geometry.dataSector;
  const place = (content: Uint8Array | number): number => {
    if (typeof content !== 'number') return take(content.length, content);
    next = Math.max(next, later);
    return take(content);
  };
  layFolder(treeOf(files), { parent: 0, take, place });
  const made = runs.filter(({ content }) => content);
  if (made.some(({ first, count }) => first + count > later))
    throw new RangeError('the folders and files of the rescue do not fit in front of its kernel');
  if (next - 2 > geometry.clusters)
    throw new RangeError('the files of the rescue are larger than its file system');
  const used = runs.reduce((sum, { count }) => sum + count, 0);
  const front = Buffer.alloc(about.front);
  for (const at of [0, 6]) {
    volumeSector(geometry, about.startSector).copy(front, at * sector);
    informationSector(geometry.clusters - used, next).copy(front, (at + 1) * sector);
  }
  const table = fatTable(geometry, runs);
  for (const nth of [0, 1])
    table.copy(front, (reservedSectors + nth * geometry.tableSectors) * sector);
  for (const { first, content } of made)
    front.set(content!, (geometry.dataSector + first - 2) * sector);
  return front;
}

function treeOf(files: readonly FatFile[]): Folder {
  const root: Folder = { name: '', entries: [] };
  for (const { path, content } of files) {
    const names = path.split('/');
    let folder = root;
    for (const name of names.slice(0, -1)) {
      const isIt = (one: Folder['entries'][number]): one is Folder =>
        'entries' in one && one.name.toUpperCase() === name.toUpperCase();
      const found = folder.entries.find(isIt) ?? { name, entries: [] };
      if (!folder.entries.includes(found)) folder.entries.push(found);
      folder = found;
    }
    folder.entries.push({ name: names.at(-1)!, content });
  }
  return root;
}

/** Lays a folder of one cluster, then what is in it; gives its cluster. */
function layFolder(
  folder: Folder,
  how: {
    /** The cluster of the folder that it is in; 0 stands for the root. */
    parent: number;
    take(bytes: number, content?: Uint8Array): number;
    place(content: Uint8Array | number): number;
  },
): number {
  const bytes = Buffer.alloc(sector);
  const own = how.take(sector, bytes);
  const isRoot = folder.name === '';
  const entries = isRoot
    ? [folderEntries('LEVITATE', 0, { attribute: attributes.volume, cluster: 0, bytes: 0 })]
    : ['.', '..'].map((name) => {
        const cluster = name === '.' ? own : how.parent;
        return dotEntry(name, cluster);
      });
  for (const [nth, one] of folder.entries.entries()) {
    const isFolder = 'entries' in one;
    const cluster = isFolder
      ? layFolder(one, { ...how, parent: isRoot ? 0 : own })
      : how.place(one.content);
    const attribute = isFolder ? attributes.folder : attributes.file;
    entries.push(folderEntries(one.name, nth, { attribute, cluster, bytes: sizeOf(one) }));
  }
  const all = Buffer.concat(entries);
  if (all.length > sector) throw new RangeError(`the folder ${folder.name} has too many names`);
  all.copy(bytes);
  return own;
}

function dotEntry(name: string, cluster: number): Buffer {
  const entry = folderEntries('X', 0, { attribute: attributes.folder, cluster, bytes: 0 });
  entry.write(name.padEnd(11), 0, 'latin1');
  return entry;
}

function sizeOf(one: Folder['entries'][number]): number {
  if ('entries' in one) return 0;
  return typeof one.content === 'number' ? one.content : one.content.length;
}
