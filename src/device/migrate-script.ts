import { LevitateError, type ErrorCode } from '../errors.js';
import type { MigrateSettings } from '../protocol/script-settings.js';
import { assignments, inOctal } from '../shared/shell-quote.js';
import type { Transport } from '../ssh/transport.js';
import { factBytes, factReader, markedFacts, type FactLines } from './fact-lines.js';
import { lastLineOf } from './hook.js';
import { runScript } from './run-script.js';
import { levitateFolder, readScript } from './scripts.js';

/** A partition of the disk that gets another system, in sectors of 512 bytes. */
export interface FoundPartition {
  /** Its number in the table. */
  number: number;
  /** Its device node. */
  node: string;
  /** Its first sector. */
  from: number;
  /** The sector behind its last. */
  end: number;
}

/** What a running system tells of the disk that another one goes to. */
export interface FoundGround {
  firmware: 'bios' | 'uefi';
  disk: { node: string; bytes: number; sectorBytes: number; isGpt: boolean };
  partitions: FoundPartition[];
  /** The first sector of the disk. */
  boot: Buffer;
  /** The first sector of its GRUB's core.img; missing where it has no GRUB. */
  core: Buffer | undefined;
  /** The number of the partition that is freed. */
  number: number;
  /** The first bytes of that, of which swap is known. */
  front: Buffer;
  /** The node of the root file system; empty where it is on none. */
  root: string;
  /** Its wired network cards. */
  cards: { name: string; address: string }[];
  /** Path → bytes that are free there. */
  free: Record<string, number>;
}

/**
 * Looks at the disk of a partition, in a running system, as root. Nothing on the device changes.
 * @param node of the partition
 * @param points paths of which the free room is told
 * @throws LevitateError TARGET_UNSUPPORTED and the like, REMOTE_FAILED
 */
export async function lookAtGround(
  running: Transport,
  node: string,
  points: string[],
): Promise<FoundGround> {
  const told = await run(running, { verb: 'look', node, points });
  const { owed, number, rows } = factReader(told);
  const bytes = (lines: string[]) => Buffer.from(lines.join(''), 'hex');
  const [disk] = rows('migrate-disk', ([name = '', sectors, sectorBytes], count) => ({
    node: name,
    bytes: count(sectors) * 512,
    sectorBytes: count(sectorBytes),
    isGpt: told.one('migrate-gpt') === 'yes',
  }));
  if (!disk) throw failed('it does not tell its disk');
  return {
    firmware: owed('migrate-firmware') === 'uefi' ? 'uefi' : 'bios',
    disk,
    partitions: rows('migrate-partition', ([nth, start, size, name = ''], count) => ({
      number: count(nth),
      node: name,
      from: count(start),
      end: count(start) + count(size),
    })),
    boot: bytes(told.all('migrate-boot')),
    core: told.one('migrate-core') === '' ? undefined : bytes(told.all('migrate-core')),
    number: number('migrate-number'),
    front: bytes(told.all('migrate-front')),
    root: told.one('migrate-root'),
    cards: told.words('migrate-card').map(([name = '', address = '']) => ({ name, address })),
    free: Object.fromEntries(
      rows('migrate-free', ([kib, ...path], count) => [path.join(' '), count(kib) * 1024]),
    ),
  };
}

/**
 * Writes bytes to a disk or a partition under a running system, and reads them back from the medium.
 * @param bytes whole sectors of 512 bytes
 * @throws LevitateError WRITE_FAILED, REMOTE_FAILED
 */
export async function putBytes(
  running: Transport,
  node: string,
  offset: number,
  bytes: Uint8Array,
): Promise<void> {
  await run(running, { verb: 'put', node, offset, bytes });
}

interface Order {
  verb: 'look' | 'put';
  node: string;
  points?: string[];
  offset?: number;
  bytes?: Uint8Array;
}

async function run(
  transport: Transport,
  { verb, node, points = [], offset = 0, bytes = new Uint8Array() }: Order,
): Promise<FactLines> {
  const settings: MigrateSettings = {
    LEVITATE_VERB: verb,
    LEVITATE_NODE: node,
    LEVITATE_POINTS: points.join('\n'),
    LEVITATE_OFFSET: offset,
    LEVITATE_BYTES: inOctal(bytes),
  };
  const parts = ['flasher/bytes.sh', 'flasher/block.sh', 'lib/rescue-parts.sh'];
  const texts = [...parts.map((name) => `${levitateFolder}/${name}`), 'remote/migrate.sh'];
  const script = [...assignments(settings), ...(await Promise.all(texts.map(readScript)))];
  const answer = await runScript(transport, script.join('\n'), {
    timeoutMs: 120_000,
    maxBytes: factBytes,
  });
  const told = markedFacts(answer);
  const [code, ...message] = told.one('migrate-refusal').split(' ');
  if (code)
    throw new LevitateError(code as ErrorCode, message.join(' '), {
      hint: 'migrate.into of the profile names a partition of this device.',
    });
  if (answer.code !== 0 || told.one('migrate-end') !== 'yes')
    throw failed(lastLineOf(answer.stderr));
  return told;
}

const failed = (why: string): LevitateError =>
  new LevitateError('REMOTE_FAILED', `the device could not be asked for its disk: ${why}`);
