/** Images that are read once for all devices: what is kept, by whom, and what happens where it was changed or half done. */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { ImageCache, type Keeper } from '../src/images/image-cache.js';
import { keepElsewhere } from '../src/images/keep-elsewhere.js';
import { compiled } from './station-process.js';

const program = compiled('keep-image');
const elsewhere = keepElsewhere([process.execPath, program]);
const folders: string[] = [];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-images-'));
  folders.push(folder);
});
afterAll(async () => {
  for (const path of folders) await rm(path, { recursive: true, force: true });
});

const mebi = 1024 ** 2;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Bytes that do not compress, and as many zeros behind them, as a zstd file. */
async function image(
  name: string,
  seed: number,
): Promise<{ path: string; digest: string; content: Buffer }> {
  const path = join(folder, name);
  const content = Buffer.alloc(4 * mebi);
  for (let at = 0, n = seed; at < 2 * mebi; at += 4) {
    n = (Math.imul(n, 1_664_525) + 1_013_904_223) | 0;
    content.writeInt32LE(n, at);
  }
  await writeFile(`${path}.raw`, content);
  await execa('zstd', ['-q', '--rm', `${path}.raw`, '-o', path]);
  return { path, digest: sha256(await readFile(path)), content };
}

/** A cache that counts how often it has an image kept by another process. */
function counted(limit = 1024 * mebi): { cache: ImageCache; asked: string[] } {
  const asked: string[] = [];
  const keep: Keeper = (wanted) => {
    asked.push(wanted.image);
    return elsewhere(wanted);
  };
  return { cache: new ImageCache({ folder: join(folder, 'cache'), limit }, keep), asked };
}

it('reads an image once for all devices of a process, and checks it once for the next one', async () => {
  const { path, digest, content } = await image('new.img.zst', 1);
  const first = counted();
  const uses = await Promise.all(Array.from({ length: 8 }, () => first.cache.use(path, digest)));
  expect(first.asked).toEqual([path]);
  const unpacked = await Promise.all(uses.map(({ read }) => readFile(read.unpacked)));
  expect(unpacked.every((bytes) => bytes.equals(content))).toBe(true);
  expect(uses[0]!.read).toMatchObject({
    sha256: sha256(content),
    request: { path, sha256: digest },
  });
  const made = await stat(join(folder, 'cache', `${digest}.img`));
  expect(made.blocks * 512).toBeLessThan(3 * mebi);
  await Promise.all(uses.map((use) => use[Symbol.asyncDispose]()));
  const next = counted();
  await using _ = await next.cache.use(path, digest);
  expect(next.asked).toEqual([path]);
  // It was checked, and not made again.
  expect((await stat(join(folder, 'cache', `${digest}.img`))).ino).toBe(made.ino);
});

it('makes an image again whose bytes in the cache, or what is known of it, is not what it was', async () => {
  const { path, digest, content } = await image('new.img.zst', 2);
  const entry = join(folder, 'cache', digest);
  const good = async () => {
    await using use = await counted().cache.use(path, digest);
    expect((await readFile(use.read.unpacked)).equals(content)).toBe(true);
    return use.read;
  };
  const read = await good();
  const { index } = read as { index: { chunks: string[] } };
  const bytes = await readFile(`${entry}.img`);
  bytes[12_345]! ^= 1;
  await writeFile(`${entry}.img`, bytes);
  await good();
  await truncate(`${entry}.img`, mebi);
  await good();
  const about = await readFile(`${entry}.json`, 'utf8');
  await writeFile(`${entry}.json`, about.replace(index.chunks[0]!, index.chunks[1]!));
  expect(await good()).toMatchObject({ index: { chunks: index.chunks } });
  await writeFile(`${entry}.json`, about.slice(0, about.length / 2));
  await good();
});

it('notices that an image in the cache is another one while this process knows it', async () => {
  const { path, digest, content } = await image('new.img.zst', 3);
  const { cache, asked } = counted();
  await (await cache.use(path, digest))[Symbol.asyncDispose]();
  await sleep(20);
  await writeFile(join(folder, 'cache', `${digest}.img`), Buffer.alloc(content.length));
  await using use = await cache.use(path, digest);
  expect(asked).toHaveLength(2);
  expect((await readFile(use.read.unpacked)).equals(content)).toBe(true);
});

it('takes out what was not used for the longest time, and leaves what somebody uses', async () => {
  const images = [await image('a.zst', 4), await image('b.zst', 5), await image('c.zst', 6)];
  const { cache } = counted(5 * mebi);
  const [a, b, c] = images as [(typeof images)[0], (typeof images)[0], (typeof images)[0]];
  await using used = await cache.use(a.path, a.digest);
  await (await cache.use(b.path, b.digest))[Symbol.asyncDispose]();
  await (await cache.use(c.path, c.digest))[Symbol.asyncDispose]();
  const kept = (await readdir(join(folder, 'cache'))).toSorted();
  expect(kept).toEqual(
    [b, c].flatMap(({ digest }) => [`${digest}.img`, `${digest}.json`]).toSorted(),
  );
  expect((await readFile(used.read.unpacked)).equals(a.content)).toBe(true);
  // It is made again for the next device.
  await using again = await cache.use(a.path, a.digest);
  expect((await readFile(again.read.unpacked)).equals(a.content)).toBe(true);
});

it('survives that what reads an image is killed, and several processes at once', async () => {
  const { path, digest, content } = await image('new.img.zst', 7);
  const cache = join(folder, 'cache');
  const words = [program, 'image', 'read', cache, String(1024 * mebi), path, digest];
  for (let n = 0; n < 3; n += 1) {
    const reading = execa(process.execPath, words, { reject: false });
    let seen = false;
    while (!seen && typeof reading.exitCode !== 'number') {
      seen = (await readdir(cache).catch(() => [])).some((name) => name.endsWith('.tmp'));
      await sleep(1);
    }
    reading.kill('SIGKILL');
    await reading;
    await rm(join(cache, `${digest}.json`), { force: true });
  }
  const all = await Promise.all(
    [1, 2, 3].map(() => execa(process.execPath, words, { reject: false })),
  );
  expect(all.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
  await using use = await counted().cache.use(path, digest);
  expect((await readFile(use.read.unpacked)).equals(content)).toBe(true);
  // What was left half done is gone.
  expect((await readdir(cache)).toSorted()).toEqual([`${digest}.img`, `${digest}.json`]);
});

it('says what is wrong with an image in the words of levitate, and tries it again', async () => {
  const { path, digest } = await image('new.img.zst', 8);
  const { cache, asked } = counted();
  await expect(cache.use(path, '0'.repeat(64))).rejects.toMatchObject({
    ...{ code: 'ROLLOUT_INVALID', exit: 2 },
    message: `${path} is not what it was when the rollout began`,
  });
  await truncate(path, 1000);
  const cut = sha256(await readFile(path));
  await expect(cache.use(path, cut)).rejects.toMatchObject({ code: 'IMAGE_TRUNCATED', exit: 2 });
  await expect(cache.use(path, cut)).rejects.toMatchObject({ code: 'IMAGE_TRUNCATED' });
  expect(asked).toHaveLength(3);
  const broken = new ImageCache({ folder, limit: 1 }, keepElsewhere(['false']));
  await expect(broken.use(path, digest)).rejects.toMatchObject({ code: 'IMAGE_CACHE', exit: 4 });
});
