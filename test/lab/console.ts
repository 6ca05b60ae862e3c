/** What a device has said on its serial console. */
import { open, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Everything so far, all boots of this device one after the other, without carriage returns. */
export async function consoleText(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.replaceAll('\r', '');
}

/** Waits until what the console said from character `from` on matches; answers the match. */
export async function waitForText(
  path: string,
  pattern: RegExp,
  options: { timeoutMs?: number; from?: number } = {},
): Promise<RegExpExecArray> {
  const { timeoutMs = 600_000, from = 0 } = options;
  const end = Date.now() + timeoutMs;
  for (;;) {
    const text = (await consoleText(path)).slice(from);
    const match = pattern.exec(text);
    if (match) return match;
    if (Date.now() > end) {
      throw new Error(
        `lab: no ${String(pattern)} on the console after ${timeoutMs / 1000} s:\n${text.slice(-1500)}`,
      );
    }
    await sleep(100);
  }
}

/** Hands on what is there and what comes, until `signal` says stop. */
export async function followConsole(
  path: string,
  write: (bytes: Buffer) => void,
  signal?: AbortSignal,
): Promise<void> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(65536);
    while (!signal?.aborted) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length);
      if (bytesRead === 0) await sleep(100);
      else write(Buffer.from(buffer.subarray(0, bytesRead)));
    }
  } finally {
    await file.close();
  }
}
