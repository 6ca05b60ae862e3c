import type { TreeIndex } from '../image/tree/tree.js';
import { formatBytes } from '../shared/format-bytes.js';
import type { Refusal, TargetFacts } from './kind.js';

/** Bytes of a block of the file systems that are made on a disk. */
const block = 4096;
/** Bytes that an inode of ext4 takes, and of the file system for which it has one (flasher/kinds/ext4-tree.sh). */
const inode = { bytes: 256, each: 8192 };
/** The most bytes of extended attributes that ext4 keeps of one file: a block, less what stands between them. */
const mostAttributes = 3900;

/** Blocks of a journal by the blocks of an ext4, as mkfs.ext4 makes it. */
const journals: [below: number, blocks: number][] = [
  [2048, 0],
  [32768, 1024],
  [262144, 4096],
  [524288, 8192],
  [4194304, 16384],
  [8388608, 32768],
  [16777216, 65536],
  [33554432, 131072],
  [Infinity, 262144],
];

/** Whole blocks that a tree takes: what is in files, in folders, and in links that are too long for an inode. */
const blocksOf = ({ entries }: TreeIndex): number =>
  entries.reduce((sum, { kind, size, link = '', attributeBytes }) => {
    const content = kind === 'folder' ? block : kind === 'link' && link.length > 59 ? block : size;
    return sum + Math.ceil(content / block) + (attributeBytes > 90 ? 1 : 0);
  }, 0);

/** Names of a tree that need an inode of their own. */
const inodesOf = ({ entries }: TreeIndex): number =>
  entries.filter(({ kind }) => kind !== 'hard-link').length;

const tooLarge = (tree: TreeIndex, { name, size }: TargetFacts, why: string): Refusal => ({
  code: 'IMAGE_TOO_LARGE',
  message: `the tree has ${tree.bytes} bytes in ${tree.files} files, ${name} has ${size} (${formatBytes(size)}): ${why}`,
});

/**
 * Tells why an ext4 on a partition has no room for a tree, or nothing; where it is close, the device tells. Pure.
 */
export function ext4Refusal(tree: TreeIndex, facts: TargetFacts): Refusal | undefined {
  const inodes = Math.floor(facts.size / inode.each);
  const all = Math.floor(facts.size / block);
  const journal = journals.find(([below]) => all < below)?.[1] ?? 0;
  const tables = Math.ceil((inodes * inode.bytes) / block) + 2 * Math.ceil(all / 32768);
  const room = Math.max(0, Math.floor(0.995 * (all - journal - tables)));
  const needed = blocksOf(tree);
  if (needed > room)
    return tooLarge(
      tree,
      facts,
      `they take ${needed} blocks of ${block} bytes, and an ext4 of that size has ${room}`,
    );
  const names = inodesOf(tree) + 11;
  if (names > inodes)
    return tooLarge(
      tree,
      facts,
      `they take ${names} inodes, and an ext4 of that size has ${inodes}`,
    );
  const heavy = tree.entries.find(({ attributeBytes }) => attributeBytes > mostAttributes);
  return heavy
    ? tooLarge(
        tree,
        facts,
        `one file has ${heavy.attributeBytes} bytes of extended attributes, and ext4 keeps ${mostAttributes}`,
      )
    : undefined;
}

/** Tells why there is no room for the content of a tree alone, or nothing: only the device knows what a file system takes. Pure. */
export function contentRefusal(tree: TreeIndex, facts: TargetFacts): Refusal | undefined {
  const needed = blocksOf(tree);
  return needed * block > facts.size
    ? tooLarge(tree, facts, `they take ${needed} blocks of ${block} bytes`)
    : undefined;
}

/** How much a file system that compresses may make of its content at most; beyond it no tree of programs goes. */
const mostCompressed = 4;

/** The same for a file system that compresses what it holds. Pure. */
export function compressedRefusal(tree: TreeIndex, facts: TargetFacts): Refusal | undefined {
  return tree.bytes > mostCompressed * facts.size
    ? tooLarge(
        tree,
        facts,
        `compressed they would have to take less than ${Math.floor(100 / mostCompressed)} %`,
      )
    : undefined;
}
