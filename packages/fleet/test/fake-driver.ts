/** Deploys to fake devices as levitate does to real ones: it takes the lease, goes on from the journal, and confirms. */
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Driver } from '../src/station/driver.js';
import { chunks, type Question } from './fake-devices.js';

/** Bytes of a chunk. */
const chunkBytes = 1024;

/** Reaches the fake devices behind a socket. */
export const fakeDriver = (path: string): Driver => ({
  look: async ({ name: device }) =>
    connected(path, (ask) => ask({ ask: 'look', device })) as Promise<{ marks: string[] }>,
  deploy: ({ name: device, leaseOwner: owner, beforeWrite, onReboot, onStep }) =>
    connected(path, async (ask) => {
      const { written } = (await ask({ ask: 'lease', device, owner })) as { written: number };
      await beforeWrite();
      for (let n = written; n < chunks; n += 1) {
        onStep({ phase: 'write', done: n * chunkBytes, total: chunks * chunkBytes });
        await ask({ ask: 'chunk', device, n });
      }
      onReboot();
      await ask({ ask: 'leave', device });
      const wear = (['before', 'after'] as const).map((when, n) => {
        return { medium: 'disk', when, mean: 10 + n, highest: 40 + n };
      });
      return { bytes: chunks * chunkBytes, sha256: 'a'.repeat(64), build: 'v2', wear };
    }),
});

type Ask = (question: Question) => Promise<object>;

async function connected<T>(path: string, work: (ask: Ask) => Promise<T>): Promise<T> {
  const socket: Socket = createConnection(path);
  await once(socket, 'connect');
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  try {
    return await work(async (question) => {
      socket.write(`${JSON.stringify(question)}\n`);
      const { value } = (await lines.next()) as { value?: string };
      const answer = JSON.parse(value ?? '{"code":"CONNECTION_LOST","exit":5}') as {
        code?: string;
        exit?: number;
        owner?: string;
      };
      if (answer.code === undefined) return answer;
      const { code, exit, owner } = answer;
      throw Object.assign(new Error(`the fake device says ${code}`), {
        code,
        exit,
        data: { owner },
      });
    });
  } finally {
    socket.destroy();
  }
}
