import type { Writable } from 'node:stream';
import type { Input } from './transport.js';

/**
 * Writes a command's input and closes it, never faster than the far end takes it.
 * A far end that closes early is no error, and neither is `stop`: then the rest is not read.
 * @throws what the input itself throws; the stream is then left open, so that the far end sees no good end.
 */
export async function writeStdin(
  stream: Writable,
  input: Input | undefined,
  stop: AbortSignal,
): Promise<void> {
  let open = !stop.aborted;
  let wake = (): void => undefined;
  const end = (): void => {
    open = false;
    wake();
  };
  // A broken pipe is the far end's good right; without a listener it would end this process.
  stream.on('error', end);
  stream.on('close', end);
  stop.addEventListener('abort', end, { once: true });

  /** Waits for `work`, or until the far end wants no more. */
  const unlessOver = <T>(
    work: (done: (value: T) => void, fail: (error: unknown) => void) => void,
  ) =>
    new Promise<T | undefined>((resolve, reject) => {
      wake = () => resolve(undefined);
      work(resolve, reject);
    });

  const pieces = iterate(input);
  while (open) {
    const next = await unlessOver<IteratorResult<Uint8Array, unknown>>((done, fail) => {
      pieces.next().then(done, fail);
    });
    if (next === undefined) break;
    if (next.done === true) {
      stream.end();
      return;
    }
    const { buffer, byteOffset, byteLength } = next.value;
    // Waiting for each write lets the giver of the bytes use its buffer again.
    await unlessOver<boolean>((done) =>
      stream.write(Buffer.from(buffer, byteOffset, byteLength), () => done(true)),
    );
  }
  // Not awaited: a source that is waiting itself would answer only later.
  pieces.return?.().catch(() => undefined);
}

/** The pieces of an input, one after the other. */
export function iterate(input: Input | undefined): AsyncIterator<Uint8Array, unknown> {
  if (typeof input === 'string' || input instanceof Uint8Array || input === undefined)
    return oneOf(input === undefined ? '' : input);
  return input[Symbol.asyncIterator]();
}

async function* oneOf(bytes: string | Uint8Array): AsyncGenerator<Uint8Array, void> {
  if (bytes.length > 0) yield typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
}
