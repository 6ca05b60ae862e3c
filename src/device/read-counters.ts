import { LevitateError } from '../errors.js';
import type { CounterSettings } from '../protocol/script-settings.js';
import { assignments } from '../shared/shell-quote.js';
import type { Transport } from '../ssh/transport.js';
import type { MtdHealth } from './gather-wear.js';
import { runScript } from './run-script.js';
import { readScript } from './scripts.js';
import { targetFlasher } from './target-flasher.js';

/** Bytes of an erase counter header. */
const headerBytes = 64;
/** A device that starts a program for each may need some twenty seconds for so many. */
const perCall = 1024;

/**
 * Reads erase counter headers, 64 bytes as hex, in the order of the eraseblocks: those behind `into`, to which it adds them.
 * `onMore` is told after some were added. Throws LevitateError CONNECTION_LOST (the same call again carries on), REMOTE_FAILED,
 * FLASHER_FAILED.
 */
export type HeaderReader = (
  transport: Transport,
  mtd: MtdHealth,
  into: string[],
  onMore: () => void,
) => Promise<void>;

/** By the shell of a running system, which starts a program for each eraseblock. */
export const headersByShell: HeaderReader = async (transport, mtd, into, onMore) => {
  const count = eraseblocksOf(mtd);
  const script = await readScript('remote/erase-counters.sh');
  while (into.length < count) {
    const wanted = Math.min(perCall, count - into.length);
    const settings: CounterSettings = {
      LEVITATE_NODE: mtd.node ?? `/dev/${mtd.device}`,
      LEVITATE_ERASESIZE: mtd.eraseSize,
      LEVITATE_FIRST: into.length,
      LEVITATE_COUNT: wanted,
    };
    const text = [...assignments(settings), script].join('\n');
    const answer = await runScript(transport, text, {
      timeoutMs: 300_000,
      maxBytes: 2 * headerBytes * perCall,
    });
    into.push(...headersIn(answer.stdout, wanted, mtd.device));
    onMore();
  }
};

/** By the flasher of a maintenance system, with its helper where it has one. */
export const headersByFlasher: HeaderReader = async (transport, mtd, into, onMore) => {
  const flasher = targetFlasher(transport, ['ubi', mtd.device]);
  await flasher.counters(into.length, ({ index, header }) => {
    if (index !== into.length || index >= eraseblocksOf(mtd)) throw mixed(mtd.device);
    into.push(header);
    onMore();
  });
  if (into.length !== eraseblocksOf(mtd)) throw mixed(mtd.device);
};

/** How many eraseblocks an MTD has. */
export const eraseblocksOf = ({ size, eraseSize }: MtdHealth): number =>
  Math.floor(size / Math.max(1, eraseSize));

/**
 * Cuts what the script has sent into headers; what something else printed into it would shift them all.
 * @throws LevitateError REMOTE_FAILED
 */
export function headersIn(bytes: Buffer, count: number, device: string): string[] {
  if (bytes.length !== count * headerBytes) throw mixed(device);
  return Array.from({ length: count }, (_, index) =>
    bytes.toString('hex', index * headerBytes, (index + 1) * headerBytes),
  );
}

const mixed = (device: string): LevitateError =>
  new LevitateError(
    'REMOTE_FAILED',
    `the erase counters of ${device} came in part, or mixed with what something else printed`,
    { hint: 'Ask again; a program that a login script leaves running may print into it.' },
  );
