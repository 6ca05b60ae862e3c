/** Links that break again and again: the flasher and busybox ash of the real root, a real SSH server, levitate's own code. */
import { randomBytes } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { callFlasher } from '../../src/device/flasher.js';
import { replyOf } from '../../src/device/replies.js';
import { shellWord } from '../../src/shared/shell-quote.js';
import type { Transport } from '../../src/ssh/transport.js';
import { JobState } from '../../src/flash/job-state.js';
import type { Job, TargetKind } from '../../src/flash/kind.js';
import { block } from '../../src/flash/kinds/block.js';
import { ubiVolume } from '../../src/flash/kinds/ubi-volume.js';
import { chunkSize } from '../../src/image/image.js';
import { indexImage } from '../../src/image/index.js';
import { flashTarget } from '../../src/operations/flash/flash-target.js';
import {
  acquireLease,
  retryOnDisconnect,
  type Link,
} from '../../src/operations/flash/retry-on-disconnect.js';
import type { Progress } from '../../src/progress.js';
import { startProxy, type Proxy } from '../lab/proxy.js';
import { connectTo } from '../ssh/clients.js';
import { startServer, type Server } from '../ssh/servers.js';
import { unpackRoot, type Root } from './root.js';

let root: Root;
let helperRoot: Root;
let server: Server;
let folder: string;
beforeAll(async () => {
  root = await unpackRoot();
  helperRoot = await unpackRoot({ helper: true });
  server = await startServer('dropbear');
  folder = await mkdtemp(path.join(tmpdir(), 'levitate-bad-link-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await server.stop();
  await root.remove();
  await helperRoot.remove();
});

let there: Awaited<ReturnType<Root['inhabit']>>;
let proxy: Proxy;
beforeEach(async () => {
  there = await root.inhabit();
  proxy = await startProxy(server.port);
});
afterEach(async () => {
  await proxy.close();
  await there.leave();
});

/** A connection over the proxy, whose flasher is the one in the root. */
async function connect(): Promise<Transport> {
  const transport = await connectTo('ssh2', server, { port: proxy.port });
  const search = `PATH=${shellWord(path.dirname(there.flasher))}:$PATH; `;
  return {
    name: transport.name,
    exec: (command, options) => transport.exec(search + command, options),
    close: () => transport.close(),
  };
}

/** The kinds that kind-file.sh stands for; a file has no erase counters. */
const fileKinds: Record<'chunks' | 'stream', TargetKind> = {
  chunks: block,
  stream: { ...ubiVolume, verify: (...given) => block.verify(...given) },
};

/** Flashes an image over a link that lasts only as long as `limits` say, as `levitate flash` does. */
async function flashOver(
  limits: { up?: number; down?: number },
  write: keyof typeof fileKinds,
  bytes: Buffer,
) {
  const file = path.join(folder, 'image');
  await writeFile(file, bytes);
  const kind = fileKinds[write];
  const args = ['file', write];
  await writeFile(`${there.slash}/tmp/size`, `${128 * chunkSize}\n`);
  const link: Link = {
    ...{ session: { host: 'device' }, connect, transport: await connect(), lease: undefined },
  };
  const replies = await callFlasher(link.transport, ['target', ...args]);
  const facts = replyOf(replies, 'target');
  const image = await indexImage(file);
  const job: Job = { target: 'it', kind, args, facts, image, state: new JobState() };
  const events: Progress[] = [];
  proxy.lasting(limits);
  await link.transport.close();
  link.transport = await connect();
  try {
    const onProgress = (event: Progress) => void events.push(event);
    const done = await retryOnDisconnect(link, [job], { onProgress }, async () =>
      flashTarget(
        { transport: link.transport, onProgress },
        job,
        (link.lease ??= await acquireLease(link)),
      ),
    );
    return { ...done, job, events };
  } finally {
    proxy.lasting();
    await link.lease?.release();
    await link.transport.close();
  }
}

/** The file that the kind stands on. */
async function medium(): Promise<string> {
  const file = `${there.slash}/tmp/medium`;
  await appendFile(file, '');
  return file;
}

test.each(['chunks', 'stream'] as const)(
  'a link that takes a chunk or two each time: %s',
  { timeout: 120_000 },
  async (write) => {
    const bytes = randomBytes(9 * chunkSize + 777);
    const { flashed, plan } = await flashOver({ up: 1.5 * chunkSize }, write, bytes);
    expect(proxy.broken).toBeGreaterThan(6);
    expect(flashed.sentBytes).toBe(bytes.length);
    expect(plan.sendBytes).toBe(bytes.length);
    expect(flashed.resumed).toBe(write === 'stream');
    expect((await readFile(await medium())).equals(bytes)).toBe(true);
  },
);

test('a link too short for reading all of it at once', { timeout: 120_000 }, async () => {
  const bytes = Buffer.alloc(100 * chunkSize);
  randomBytes(512).copy(bytes);
  // What is there already is read, and not read back; only the first chunk differs.
  await truncate(await medium(), bytes.length);
  const { flashed, job } = await flashOver({ down: 7000 }, 'chunks', bytes);
  expect(proxy.broken).toBeGreaterThan(2);
  expect((await readFile(await medium())).equals(bytes)).toBe(true);
  expect(flashed).toMatchObject({ sentBytes: chunkSize, sha256: job.image.sha256 });
});

test('cuts with nothing done between them end it', { timeout: 120_000 }, async () => {
  const bytes = randomBytes(3 * chunkSize);
  const failed = await flashOver({ up: 0.5 * chunkSize }, 'stream', bytes).catch(
    (error: unknown) => error,
  );
  expect(failed).toMatchObject({ code: 'CONNECTION_LOST' });
  // The first of them came after the comparison.
  expect(proxy.broken).toBe(7);
});

test.each(['chunks', 'stream'] as const)(
  'chunks that go compressed in part, over a link that is cut: %s',
  { timeout: 120_000 },
  async (write) => {
    await there.leave();
    there = await helperRoot.inhabit();
    const noise = randomBytes(4000);
    const bytes = Buffer.concat(
      Array.from({ length: 44 * 25 }, (_, nth) =>
        Buffer.concat([noise, Buffer.alloc(chunkSize / 25 - 4000, nth)]),
      ),
    );
    const { flashed } = await flashOver({ up: 6.5 * chunkSize }, write, bytes);
    expect((await readFile(await medium())).equals(bytes)).toBe(true);
    expect(proxy.broken).toBeGreaterThan(0);
    expect(flashed.sentBytes).toBe(bytes.length);
    expect(flashed.wireBytes).toBeLessThan(bytes.length - 2 * chunkSize);
  },
);
