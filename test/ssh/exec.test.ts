import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Transport } from '../../src/ssh/transport.js';
import { connectTo, ways } from './clients.js';
import { kinds, startServer, type Server } from './servers.js';

const mib = 1 << 20;

describe.each(kinds.flatMap((kind) => ways.map((way) => ({ kind, way }))))(
  '$way to $kind',
  ({ kind, way }) => {
    let server: Server;
    let device: Transport;
    beforeAll(async () => {
      server = await startServer(kind);
      device = await connectTo(way, server);
    });
    afterAll(async () => {
      await device.close();
      await server.stop();
    });

    test('output, errors and status come back', async () => {
      const result = await device.exec('echo out; echo err >&2; exit 3');
      expect(result).toEqual({ stdout: 'out\n', stderr: 'err\n', code: 3 });
    });

    test.each([0, 1, 127, 254, 255])("the remote's own status %d", async (code) => {
      expect((await device.exec(`exit ${code}`)).code).toBe(code);
    });

    test('a command that was killed has no status', async () => {
      expect((await device.exec('kill -9 $$')).code).toBe(null);
      expect((await device.exec('echo alive')).stdout).toBe('alive\n');
    });

    test('text, bytes and nothing as input', async () => {
      expect((await device.exec('cat', { stdin: 'text é' })).stdout).toBe('text é');
      const { stdout } = await device.exec('od -An -tx1', { stdin: new Uint8Array([0, 10, 255]) });
      expect(stdout.trim()).toBe('00 0a ff');
      expect((await device.exec('cat; echo end')).stdout).toBe('end\n');
    });

    test('64 MiB arrive whole, from a buffer that is used again', async () => {
      const sum = createHash('sha256');
      async function* bytes(): AsyncGenerator<Uint8Array, void> {
        const buffer = new Uint8Array(mib);
        for (let index = 0; index < 64; index++) {
          await Promise.resolve();
          buffer.fill(index * 37 + 1);
          sum.update(buffer);
          yield buffer;
        }
      }
      const { stdout, code } = await device.exec('sha256sum', { stdin: bytes() });
      expect(code).toBe(0);
      expect(stdout.split(' ')[0]).toBe(sum.digest('hex'));
    });

    test('32 MiB come back whole', async () => {
      const { stdout } = await device.exec("head -c 33554432 /dev/zero | tr '\\0' x");
      expect(stdout.length).toBe(32 * mib);
      expect(/^x*$/.test(stdout)).toBe(true);
    });

    test('a flood of errors does not block, and its end is kept', async () => {
      const { stderr, code } = await device.exec(
        'head -c 4000000 /dev/zero | tr "\\0" e >&2; echo last >&2',
      );
      expect(code).toBe(0);
      expect(stderr.length).toBe(64 * 1024);
      expect(stderr.endsWith('e\nlast\n') || stderr.endsWith('elast\n')).toBe(true);
    });

    test('lines come while the command runs, in step with its input', async () => {
      const seen: string[] = [];
      let answered = (): void => undefined;
      async function* questions(): AsyncGenerator<Uint8Array, void> {
        for (const word of ['one', 'two', 'drei ä']) {
          const answer = new Promise<void>((resolve) => (answered = resolve));
          yield Buffer.from(`${word}\n`);
          await answer;
        }
      }
      const onLine = (line: string): void => {
        seen.push(line);
        answered();
      };
      const command = 'while read -r word; do echo "<$word>"; done; printf rest';
      const result = await device.exec(command, { stdin: questions(), onLine });
      expect(seen).toEqual(['<one>', '<two>', '<drei ä>', 'rest']);
      expect(result.stdout).toBe('');
    });

    test('a remote that reads no more ends well, and the source is told', async () => {
      let told = false;
      async function* endless(): AsyncGenerator<Uint8Array, void> {
        try {
          for (;;) {
            await Promise.resolve();
            yield new Uint8Array(65_536);
          }
        } finally {
          told = true;
        }
      }
      expect(
        (await device.exec('head -c 100000 | wc -c', { stdin: endless() })).stdout.trim(),
      ).toBe('100000');
      await expect.poll(() => told).toBe(true);
      expect((await device.exec('exit 7', { stdin: endless() })).code).toBe(7);
    });

    test('a remote that ends before its input comes', async () => {
      async function* never(): AsyncGenerator<Uint8Array, void> {
        yield await new Promise<Uint8Array>(() => undefined);
      }
      expect((await device.exec('exit 4', { stdin: never() })).code).toBe(4);
    });

    test('an input that fails, and a line that is not understood, end the command', async () => {
      async function* broken(): AsyncGenerator<Uint8Array, void> {
        yield Buffer.from('some');
        await Promise.resolve();
        throw new Error('disk broke');
      }
      await expect(device.exec('cat >/dev/null; sleep 100', { stdin: broken() })).rejects.toThrow(
        'disk broke',
      );
      const onLine = (): void => {
        throw new Error('not understood');
      };
      await expect(device.exec('echo x; sleep 100', { onLine })).rejects.toThrow('not understood');
    });

    test('an abort ends it with the reason, before and while it runs', async () => {
      const control = new AbortController();
      const onLine = (): void => control.abort(new Error('enough'));
      await expect(
        device.exec('echo go; sleep 100', { onLine, signal: control.signal }),
      ).rejects.toThrow('enough');
      await expect(device.exec('true', { signal: control.signal })).rejects.toThrow('enough');
      expect((await device.exec('echo alive')).stdout).toBe('alive\n');
    });

    test('a command that takes too long', async () => {
      await expect(device.exec('sleep 100', { timeoutMs: 200 })).rejects.toThrow(
        expect.objectContaining({
          code: 'CONNECTION_LOST',
          message: expect.stringContaining('sleep 100') as string,
        }),
      );
    });

    test('several at once', async () => {
      // What was given up above still sleeps on that server, which grants ten sessions to a connection.
      const idle = await startServer(kind);
      const several = await connectTo(way, idle);
      const results = await Promise.all(
        [1, 2, 3, 4, 5].map((each) => several.exec(`sleep 0.1; echo ${each}`)),
      );
      expect(results.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
      expect(results.map(({ stdout }) => stdout.trim())).toEqual(['1', '2', '3', '4', '5']);
      await several.close();
      await idle.stop();
    });
  },
);
