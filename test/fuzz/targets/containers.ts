import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeImage } from '../../../src/operations/image/describe-image.js';
import { containers, squashfs } from '../../unit/image/container/containers.js';
import { mutateBytes } from '../mutate.js';
import { judged, type FuzzTarget } from '../target.js';

/** Files that hold an image, packed or among others; whatever is in them, `levitate image` tells what it finds. */
export const containerTarget: FuzzTarget = {
  name: 'containers',
  prepare: (folder) => {
    const image = squashfs(folder);
    const [source, sparse] = [join(folder, 'image'), join(folder, 'sparse')];
    writeFileSync(source, Buffer.concat([image, Buffer.alloc(1 << 16), image]));
    execFileSync('img2simg', [source, sparse]);
    const zip = (...args: string[]): Buffer =>
      execFileSync('zip', ['-q', '-j', ...args, '-', source]);
    const seeds = [
      ...Object.values(containers(folder, image)),
      readFileSync(sparse),
      zip(),
      zip('-0'),
    ];
    const path = join(folder, 'container');
    return Promise.resolve((random) => {
      const input = mutateBytes(random, random.pick(seeds));
      writeFileSync(path, input);
      return judged(input, () => describeImage({ image: path }));
    });
  },
};
