import { LevitateError } from '../errors.js';
import { isReply, parseReply } from '../protocol/parse-reply.js';
import { quote } from '../shared/shell-quote.js';
import type { ExecResult, Transport } from '../ssh/transport.js';
import { ended, refused } from './flasher-failure.js';

/** A stretch of a target, in bytes. */
export interface Stretch {
  from: number;
  length: number;
}

/**
 * Reads what is on a target, past every cache. What has come before the link is cut is right.
 * @param args the flasher's arguments for the target, the kind's name first
 * @param onBytes takes the bytes as they come
 * @throws LevitateError CONNECTION_LOST; VERIFY_FAILED where the medium cannot be read; the code that the flasher names
 */
export async function readTarget(
  transport: Transport,
  args: readonly string[],
  { from, length }: Stretch,
  onBytes: (bytes: Uint8Array) => void,
  signal?: AbortSignal,
): Promise<void> {
  const words = ['flasher', 'read', from, length, ...args];
  let come = 0;
  const result = await transport.exec(words.map((word) => quote(String(word))).join(' '), {
    onBytes: (bytes) => {
      come += bytes.length;
      onBytes(bytes);
    },
    maxBytes: length,
    ...(signal ? { signal } : {}),
  });
  if (result.code !== 0) throw failure(result);
  if (come !== length)
    throw new LevitateError(
      'FLASHER_FAILED',
      `the flasher was asked for ${length} bytes, and gave ${come}`,
    );
}

/** What the verb says comes besides its bytes, on standard error, where programs may have said more. */
function failure(result: ExecResult): LevitateError {
  for (const line of result.stderr.split('\n')) {
    if (!line.startsWith('{"type":"error"')) continue;
    const reply = parseReply(line);
    if (isReply(reply, 'error')) return refused(reply, result);
  }
  return ended('read', result);
}
