import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blackHole } from './black-hole.js';
import { connectTo, ways } from './clients.js';
import { kinds, startServer, type Server } from './servers.js';

const lost = expect.objectContaining({ name: 'LevitateError', code: 'CONNECTION_LOST' }) as Error;

/** Input that has no end, and tells how much of it was taken. */
async function* endless(taken: (bytes: number) => void): AsyncGenerator<Uint8Array, void> {
  for (let total = 0; ; total += 65_536) {
    taken(total);
    await new Promise(setImmediate);
    yield new Uint8Array(65_536);
  }
}

describe.concurrent.each(kinds.flatMap((kind) => ways.map((way) => ({ kind, way }))))(
  '$way to $kind',
  ({ kind, way }) => {
    let server: Server;
    beforeAll(async () => {
      server = await startServer(kind);
    });
    afterAll(() => server.stop());

    test.each([
      ['while it waits', 'echo go; sleep 100', false],
      ['while it sends', 'echo go; cat >/dev/null', true],
      ['while it receives', 'echo go; yes', false],
    ] as const)(
      'a device that falls silent %s is noticed',
      async (_, command, sending) => {
        const hole = await blackHole(server.port);
        const device = await connectTo(way, server, { port: hole.port });
        let silent = false;
        const swallow = (): void => {
          if (!silent) hole.swallow();
          silent = true;
        };
        const options = sending
          ? { stdin: endless((bytes) => (bytes > 4 << 20 ? swallow() : undefined)) }
          : { onLine: swallow };
        await expect(device.exec(command, options)).rejects.toThrow(lost);
        expect(silent).toBe(true);
        await expect(device.exec('true', { timeoutMs: 1000 })).rejects.toThrow(
          expect.objectContaining({ name: 'LevitateError' }) as Error,
        );
        await device.close();
        hole.close();
      },
      120_000,
    );

    test('a link that stalls for 15 s keeps what runs over it', async () => {
      const hole = await blackHole(server.port);
      const device = await connectTo(way, server, { port: hole.port });
      const onLine = (line: string): void => {
        if (line !== 'go') return;
        hole.swallow();
        setTimeout(() => hole.release(), 15_000);
      };
      expect((await device.exec('echo go; sleep 2; exit 7', { onLine })).code).toBe(7);
      expect((await device.exec('echo still')).stdout).toBe('still\n');
      await device.close();
      hole.close();
    }, 120_000);

    test('a server that is frozen for 15 s answers when it goes on', async () => {
      const device = await connectTo(way, server);
      const frozen =
        'p=$PPID; (sleep 15; kill -CONT $p) </dev/null >/dev/null 2>&1 & kill -STOP $p';
      const { stdout } = await device.exec(`echo go; ${frozen}; sleep 1; echo back`);
      expect(stdout).toBe('go\nback\n');
      await device.close();
    }, 120_000);

    test('a server that is killed', async () => {
      const device = await connectTo(way, server);
      await expect(device.exec('kill -9 $PPID; sleep 100')).rejects.toThrow(lost);
      await device.close();
    }, 120_000);

    test('a server that is killed while it is sent to', async () => {
      const device = await connectTo(way, server);
      const stdin = endless(() => undefined);
      await expect(
        device.exec('head -c 8000000 >/dev/null; kill -9 $PPID; sleep 100', { stdin }),
      ).rejects.toThrow(lost);
      await device.close();
    }, 120_000);

    test('closing ends what runs, and what comes later', async () => {
      const device = await connectTo(way, server);
      let closing: Promise<void> | undefined;
      const onLine = (): void => void (closing ??= device.close());
      await expect(device.exec('echo go; sleep 100', { onLine })).rejects.toThrow(lost);
      await closing;
      await expect(device.exec('true')).rejects.toThrow(lost);
      await device.close();
    });
  },
);
