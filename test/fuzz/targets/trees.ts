import { execFileSync } from 'node:child_process';
import { mkdirSync, linkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkedChunks } from '../../../src/image/chunks.js';
import { indexImage } from '../../../src/image/index.js';
import { ByteSource } from '../../../src/image/tree/byte-source.js';
import { tarEntries } from '../../../src/image/tree/tar-entries.js';
import { tarOf } from '../../unit/image/tree/archives.js';
import { mutateBytes } from '../mutate.js';
import type { Random } from '../random.js';
import { judged, type FuzzTarget } from '../target.js';

const block = 512;

/** Archives of trees: what of one goes to a device leads nowhere but down, and each file's folder comes before it. */
export const treeTarget: FuzzTarget = {
  name: 'tree',
  prepare: (folder) => {
    const seeds = seedsIn(join(folder, 'tree'));
    const path = join(folder, 'tree.tar');
    return Promise.resolve((random) => {
      const input = makeCase(random, random.pick(seeds));
      writeFileSync(path, input);
      return judged(
        input,
        async () => {
          const index = await indexImage(path);
          const pieces: Buffer[] = [];
          for await (const { bytes } of checkedChunks(index)) pieces.push(bytes);
          return { tree: index.tree, sent: Buffer.concat(pieces) };
        },
        async ({ tree, sent }) => {
          if (tree) await checkSent(path, sent, tree.entries.length);
        },
      );
    });
  },
};

function seedsIn(tree: string): Buffer[] {
  mkdirSync(join(tree, 'etc'), { recursive: true });
  writeFileSync(join(tree, 'etc/a'), 'of a');
  writeFileSync(join(tree, 'etc', 'n'.repeat(150)), Buffer.alloc(1300, 'x'));
  linkSync(join(tree, 'etc/a'), join(tree, 'b'));
  symlinkSync(`/${'l'.repeat(150)}`, join(tree, 'link'));
  const packed = (form: string) => execFileSync('tar', [`--format=${form}`, '-C', tree, '-c', '.']);
  return [
    ...['gnu', 'pax', 'ustar'].flatMap((form) => {
      try {
        return [packed(form)];
      } catch {
        return [];
      }
    }),
    tarOf([
      { name: 'a/', type: '5' },
      { name: 'a/b', data: Buffer.from('of b'), pax: { uid: '70000', 'SCHILY.xattr.user.a': 'b' } },
      { name: 'c', type: '1', link: 'a/b' },
      { name: 'd', type: '3', fields: { 329: '0000001' } },
      { name: 'e', type: 'L', data: Buffer.from('../e\0') },
    ]),
  ];
}

/** Most of what is changed in a header has to be under its checksum, to be looked at at all. */
function makeCase(random: Random, seed: Buffer): Buffer {
  const bytes = mutateBytes(random, seed);
  if (random.once(4)) return bytes;
  const blocks = Math.floor(bytes.length / block);
  for (let times = random.below(3); times > 0 && blocks > 0; times -= 1)
    bytes[random.below(blocks) * block + random.below(block)] = random.pick([
      ...Buffer.from('./0157xgLKS\0'),
      random.below(256),
    ]);
  for (let at = 0; at < blocks; at += 1) {
    const header = bytes.subarray(at * block, (at + 1) * block);
    if (header.toString('latin1', 257, 262) !== 'ustar') continue;
    header.fill(' ', 148, 156);
    const sum = header.reduce((all, byte) => all + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  }
  return bytes;
}

/** Looks at an archive as the device gets it. */
async function checkSent(path: string, sent: Buffer, entries: number): Promise<void> {
  const folders = new Set(['']);
  const names = new Set<string>();
  const source = new ByteSource(
    path,
    (async function* () {
      yield await Promise.resolve(sent);
    })(),
  );
  for await (const { header, content } of tarEntries(source)) {
    const name = header.name.replace(/\/$/, '');
    if (name.split('/').some((part) => part === '' || part === '..'))
      throw new Error(`${name} leads out of the tree`);
    const parent = name.includes('/') ? name.replace(/\/[^/]*$/, '') : '';
    if (!folders.has(parent)) throw new Error(`${name} comes before its folder`);
    if (header.type === '1' && !names.has(header.link))
      throw new Error(`${name} is another name of nothing`);
    if (header.type === '5') folders.add(name);
    else if (names.has(name)) throw new Error(`${name} comes twice`);
    names.add(name);
    for await (const _ of content) continue;
  }
  if (names.size !== entries) throw new Error(`${names.size} names go, of ${entries}`);
}
