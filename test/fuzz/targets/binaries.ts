import { readElf } from '../../../src/rootfs/elf.js';
import { readModuleInfo } from '../../../src/rootfs/modinfo.js';
import { membersOf } from '../../../src/archive/newc.js';
import { parseCounter } from '../../../src/flash/counters.js';
import { sniff } from '../../../src/image/format/sniff.js';
import {
  checkDeviceTree,
  checkKernelArchitecture,
  kernelCompression,
} from '../../../src/boot-image/kernel.js';
import { builtInDirectories } from '../../../src/sources/loader.js';
import { makeElf } from '../../unit/rootfs/make-elf.js';
import { makeModule } from '../../unit/rootfs/make-module.js';
import { mutateBytes } from '../mutate.js';
import { judged, type FuzzTarget } from '../target.js';

const elf = makeElf({
  interpreter: '/lib/ld.so.1',
  needed: ['liba.so.1', 'libc.so.6'],
  runpath: '$ORIGIN/../lib:/opt/lib',
  soname: 'libself.so.2',
});

/** Headers of an ELF file; a file that ends before what they promise is a RangeError, which callers name. */
export const elfTarget: FuzzTarget = {
  name: 'elf',
  prepare: () =>
    Promise.resolve((random) => {
      const bits = random.pick([32, 64] as const);
      const start = random.once(2)
        ? elf
        : makeElf({ bits, littleEndian: random.once(2), needed: ['a'] });
      const input = mutateBytes(random, start);
      return judged(input, () => readElf(input), undefined, [RangeError]);
    }),
};

/** What a kernel module says of itself. */
export const moduleTarget: FuzzTarget = {
  name: 'modinfo',
  prepare: () =>
    Promise.resolve((random) => {
      const input = mutateBytes(
        random,
        makeModule({
          depends: ['a', 'b'],
          softdep: 'pre: crc32c post: x',
          aliases: ['fs-x'],
          bits: random.pick([32, 64]),
        }),
      );
      return judged(input, () => readModuleInfo(input), undefined, [RangeError]);
    }),
};

/** Members of a newc cpio. */
export const newcTarget: FuzzTarget = {
  name: 'newc',
  prepare: () =>
    Promise.resolve((random) => {
      const input = mutateBytes(random, random.pick([archive, linked]));
      return judged(input, () => membersOf(input), undefined, [RangeError]);
    }),
};

const header = (fields: number[], name: string, content: string): Buffer => {
  const text = Buffer.from(
    `070701${fields.map((value) => value.toString(16).padStart(8, '0')).join('')}${name}\0`,
  );
  const body = Buffer.from(content);
  return Buffer.concat([
    text,
    Buffer.alloc(-text.length & 3),
    body,
    Buffer.alloc(-body.length & 3),
  ]);
};
const member = (name: string, content: string, links = 1): Buffer =>
  header(
    [7, 0o100755, 0, 0, links, 0, content.length, 0, 0, 0, 0, name.length + 1, 0],
    name,
    content,
  );
const archive = Buffer.concat([
  member('init', 'program'),
  member('etc/x', ''),
  member('TRAILER!!!', ''),
]);
const linked = Buffer.concat([
  member('a', '', 2),
  member('b', 'bytes', 2),
  member('TRAILER!!!', ''),
]);

/** Small things that are read from a few bytes: erase counter headers, first bytes, kernels, device trees, loaders. */
export const headTarget: FuzzTarget = {
  name: 'heads',
  prepare: () =>
    Promise.resolve((random) => {
      const input = mutateBytes(random, random.pick([elf, archive, Buffer.alloc(2048), tree]));
      return judged(input, () => {
        parseCounter(input.toString('hex', 0, 64));
        sniff(input);
        builtInDirectories({ path: '/lib/ld-linux.so.2', bytes: input });
        for (const look of [
          () => checkKernelArchitecture('kernel', input, 'aarch64'),
          () => kernelCompression('kernel', input),
          () => checkDeviceTree('tree', input),
        ]) {
          look();
        }
      });
    }),
};

const tree = Buffer.alloc(64);
tree.writeUInt32BE(0xd00dfeed, 0);
tree.writeUInt32BE(64, 4);
