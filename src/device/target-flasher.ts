import { isCode, LevitateError } from '../errors.js';
import type { TargetFlasher } from '../flash/flasher.js';
import { isReply } from '../protocol/parse-reply.js';
import type { Transport } from '../ssh/transport.js';
import { ChunkReader } from './chunk-reader.js';
import { callFlasher } from './flasher.js';
import { replyOf } from './replies.js';

/**
 * Gives the flasher at the other end of a connection for one target.
 * @param args the flasher's arguments for the target, the kind's name first
 * @param stop ends what reads chunks
 */
export function targetFlasher(
  transport: Transport,
  args: string[],
  stop?: AbortSignal,
): TargetFlasher {
  let reader: ChunkReader | undefined;
  let beside: TargetFlasher | undefined;
  /** What is given on only where somebody can abort it. */
  const abortable = (signal?: AbortSignal) => (signal ? { signal } : {});
  return {
    describe: async () => replyOf(await callFlasher(transport, ['target', ...args]), 'target'),
    open: async (lease, length, sha256) => {
      const replies = await callFlasher(transport, ['open', lease, length, sha256, ...args]);
      const { next, resumed, deflated = false } = replyOf(replies, 'opened');
      return { next, resumed, deflated };
    },
    feed: async (lease, frames, onWritten, signal) => {
      await callFlasher(transport, ['feed', lease, ...args], {
        stdin: frames,
        onReply: (reply) => {
          if (isReply(reply, 'written'))
            onWritten({ index: reply.index, isReadBack: reply.read_back === true });
        },
        ...abortable(signal),
      });
    },
    finish: async (lease) => {
      await callFlasher(transport, ['finish', lease, ...args]);
    },
    hash: async (length, { index, place }, onPiece, signal) => {
      const first = index === 0 ? [] : ['from', index, ...(place === undefined ? [] : [place])];
      await callFlasher(transport, ['hash', length, ...first, ...args], {
        onReply: (reply) => {
          if (!isReply(reply, 'chunk')) return;
          const { index: at, sha256, next } = reply;
          onPiece({ index: at, sha256, ...(next === undefined ? {} : { next }) });
        },
        ...abortable(signal),
      });
    },
    readChunk: (length, index) => {
      // A place that cannot be read ends the call; another place, or this one after it was written, can be.
      if (!reader || isCode(reader.failure, 'VERIFY_FAILED'))
        reader = new ChunkReader(transport, length, args, stop);
      return reader.read(index);
    },
    close: async () => {
      await reader?.close();
      reader = undefined;
      await beside?.close();
    },
    listTree: async (onFile, signal) => {
      await callFlasher(transport, ['tree', ...args], {
        onReply: (reply) => {
          if (isReply(reply, 'file')) onFile(reply);
        },
        ...abortable(signal),
      });
    },
    remains: async (length) => {
      const replies = await callFlasher(transport, ['remains', length, ...args]);
      return {
        remains: replies.flatMap((reply) =>
          isReply(reply, 'remain')
            ? [{ what: reply.what, offset: reply.offset, bytes: reply.length }]
            : [],
        ),
        lost: replies.flatMap((reply) => {
          if (!isReply(reply, 'lost')) return [];
          const { node, label, offset, length: bytes } = reply;
          return [{ node, label, offset, bytes }];
        }),
      };
    },
    clear: async (lease, length, offset) => {
      const replies = await callFlasher(transport, ['clear', lease, length, offset, ...args]);
      const cleared = replyOf(replies, 'cleared');
      if (cleared.offset !== offset)
        throw new LevitateError(
          'FLASHER_FAILED',
          `the flasher cleared what is at ${cleared.offset}, not at ${offset}`,
        );
    },
    counters: async (from, onHeader) => {
      const first = from === 0 ? [] : ['from', from];
      await callFlasher(transport, ['counters', ...first, ...args], {
        onReply: (reply) => {
          if (isReply(reply, 'peb')) onHeader({ index: reply.index, header: reply.header });
        },
      });
    },
    beside: () => (beside ??= targetFlasher(transport, ['beside', ...args], stop)),
    swap: async (lease, targets) => {
      replyOf(await callFlasher(transport, ['swap', lease, ...targets]), 'swapped');
    },
    writeRescue: async (lease, { offset, length }, rescue) => {
      const parts = rescue ? [rescue.head, rescue.tail, rescue.front] : [];
      const lengths = [0, 1, 2].map((nth) => parts[nth]?.length ?? 0);
      const replies = await callFlasher(
        transport,
        ['rescue', lease, offset, length, ...lengths, ...args],
        { stdin: Buffer.concat(parts) },
      );
      replyOf(replies, 'rescued');
    },
    endRescue: async (lease) => {
      replyOf(await callFlasher(transport, ['rescue-end', lease, ...args]), 'ended');
    },
    verified: async (lease, sha256) => {
      await callFlasher(transport, ['verified', lease, sha256, ...args]);
    },
  };
}
