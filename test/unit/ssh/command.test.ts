import { PassThrough } from 'node:stream';
import { describe, expect, it, test } from 'vitest';
import { runCommand, type RunningCommand } from '../../../src/ssh/command.js';
import type { ExecOptions } from '../../../src/ssh/transport.js';
import { localTransport } from '../device/local-transport.js';

const mib = 1 << 20;
const unbounded = (what: RegExp) =>
  expect.objectContaining({
    code: 'REMOTE_FAILED',
    message: expect.stringMatching(what) as string,
  }) as Error;

describe('a device that prints without end', () => {
  it.each<[string, string, ExecOptions, RegExp]>([
    ['text', 'yes endless', {}, /more than 64 MiB in answer/],
    ['text, to a bound', 'yes endless', { maxBytes: mib }, /more than 1 MiB in answer/],
    ['bytes', 'cat /dev/zero', { onBytes: () => undefined }, /more than 64 MiB in answer/],
    ['lines', 'yes endless', { onLine: () => undefined, maxBytes: mib }, /more than 1 MiB in/],
    ['one line', 'cat /dev/zero', { onLine: () => undefined }, /a line of more than 1 MiB/],
    ['errors', 'yes endless >&2', {}, /more than 64 MiB in answer/],
  ])('%s: is cut off, and its command ended', async (_, command, options, message) => {
    const device = localTransport();
    await expect(device.exec(command, options)).rejects.toThrow(unbounded(message));
    await expect.poll(() => device.running()).toBe(0);
  });

  it('keeps nothing of what comes behind the bound', async () => {
    const device = localTransport();
    let most = 0;
    const onBytes = (bytes: Uint8Array): void => void (most += bytes.length);
    await expect(device.exec('yes endless', { onBytes, maxBytes: mib })).rejects.toThrow();
    expect(most).toBeLessThanOrEqual(mib);
  });
});

/** A command that gives this, piece by piece. */
function saying(pieces: string[]): RunningCommand {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.resume();
  const ended = new Promise<number>((resolve) => stdout.on('end', () => resolve(0)));
  void (async () => {
    for (const piece of pieces)
      if (!stdout.write(piece)) await new Promise((resolve) => stdout.once('drain', resolve));
    stdout.end();
    stderr.end();
  })();
  return { stdin, stdout, stderr, ended, kill: () => undefined };
}

const never = new AbortController().signal;

test('what is within the bounds arrives whole, however it is cut', async () => {
  const line = 'é'.repeat(mib / 2 - 10);
  const text = `${line}\n${'short\n'.repeat(200_000)}${line}`;
  const pieces = [text.slice(0, mib), ...text.slice(mib).match(/.{1,7}/gsu)!];
  const seen: string[] = [];
  await runCommand(saying(pieces), { onLine: (each) => seen.push(each) }, never);
  expect(seen.length).toBe(200_002);
  expect(seen.join('\n')).toBe(text);
  expect((await runCommand(saying(pieces), {}, never)).stdout).toBe(text);
});

test('a line that is not understood ends the reading: no further one is told', async () => {
  const seen: string[] = [];
  const onLine = (line: string): void => {
    seen.push(line);
    throw new Error('not understood');
  };
  await expect(runCommand(saying(['one\ntwo\n', 'three\n']), { onLine }, never)).rejects.toThrow(
    'not understood',
  );
  expect(seen).toEqual(['one']);
});
