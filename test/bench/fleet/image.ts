/** What an image of a GiB in zstd costs for the first device of a station, and for the next one: all that is done of it before it is sent. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import { ImageCache } from '../../../packages/fleet/src/images/image-cache.js';
import { keepElsewhere } from '../../../packages/fleet/src/images/keep-elsewhere.js';
import { digestOf } from '../../../packages/fleet/src/rollout/pins.js';
import { compile, programPath } from '../../../packages/fleet/test/compile.js';
import { ChunkBuffers } from '../../../src/image/chunk-buffers.js';
import { chunksAgain } from '../../../src/image/chunks.js';
import { prepare } from '../../../src/operations/prepare.js';
import type { Row } from '../flash/measure.js';

const mebi = 1024 * 1024;

/** Measures both, with everything that other processes did for it. */
export async function imageRow(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'levitate-bench-'));
  const program = programPath('keep-image');
  try {
    await compile('keep-image', program);
    const path = await image(folder);
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    const sha256 = hash.digest('hex');
    const where = { folder: join(folder, 'cache'), limit: 4096 * mebi };
    const cache = new ImageCache(where, keepElsewhere([process.execPath, program]));
    const device = async () => {
      const before = await cpuSeconds();
      if ((await digestOf(path)) !== sha256) throw new Error('bench: the image has changed');
      await using used = await cache.use(path, sha256);
      const { images } = await prepare({ host: 'nobody', images: { disk: used.read } }, {});
      const buffers = new ChunkBuffers();
      for (const [, index] of images)
        for await (const { bytes } of chunksAgain(index, { buffers })) buffers.giveBack(bytes);
      return (await cpuSeconds()) - before;
    };
    const first = await device();
    const next = [await device(), await device(), await device()].toSorted((a, b) => a - b);
    const seconds = next[1]!;
    return [
      {
        what: 'image of 1 GiB in zstd: CPU of the next device',
        ...{ ours: `${seconds.toFixed(2)} s`, against: `${first.toFixed(2)} s of the first` },
        ...{ ratio: seconds / first, limit: 0.1 },
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
    await rm(program, { force: true });
  }
}

/** An image as systems are: half of it compresses to a third, and what is behind it is empty. */
async function image(folder: string): Promise<string> {
  const path = join(folder, 'new.img');
  const file = await open(path, 'w');
  let state = 1;
  const block = Buffer.alloc(mebi);
  for (let n = 0; n < 512; n += 1) {
    for (let at = 0; at < mebi; at += 4) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
      block.writeInt32LE(at % 12 === 0 ? state : at >> 6, at);
    }
    await file.write(block, 0, mebi, n * mebi);
  }
  await file.truncate(1024 * mebi);
  await file.close();
  await execa('zstd', ['-q', '-T0', '--rm', path]);
  return `${path}.zst`;
}

/** CPU seconds of this process and of those that it has waited for (proc(5), stat: utime, stime, cutime, cstime). */
async function cpuSeconds(): Promise<number> {
  const text = await readFile('/proc/self/stat', 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}
