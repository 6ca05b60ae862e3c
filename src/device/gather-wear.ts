import { LevitateError } from '../errors.js';
import { factBytes, factReader, isNumber, markedFacts, type FactLines } from './fact-lines.js';
import type { MtdFact, Running } from './facts.js';
import { parseRunning, type Received } from './gather-running.js';
import { runScript } from './run-script.js';
import { wearScript } from './scripts.js';
import type { Transport } from '../ssh/transport.js';

/** What a device tells of an MTD; counts are undefined where its kernel does not show them. */
export interface MtdHealth extends MtdFact {
  /** `nor`, `nand` and the like; empty where nothing tells it. */
  type: string;
  /** Eraseblocks that are marked bad. */
  bad: number | undefined;
  /** Eraseblocks that hold the table of bad ones. */
  table: number | undefined;
  /** Reads that ECC could not correct, since the kernel started. */
  failures: number | undefined;
  /** Bits that ECC has corrected, since the kernel started. */
  corrected: number | undefined;
  /** By what this login can read it; undefined where it cannot. */
  node: string | undefined;
  /** Whether UBI is on it, attached or not. */
  hasUbi: boolean;
  /** The UBI device that is attached to it. */
  ubi:
    | {
        /** Such as `ubi0`. */
        device: string;
        /** The highest erase counter, as UBI counts. */
        highest: number | undefined;
        /** PEBs that are bad. */
        bad: number | undefined;
        /** PEBs that are kept to take the place of bad ones. */
        reserved: number | undefined;
      }
    | undefined;
}

/** What a device tells of a whole disk. */
export interface DiskHealth {
  /** Such as `mmcblk0`. */
  device: string;
  /** Bytes. */
  size: number;
  /** What it calls itself; empty where it does not. */
  model: string;
  /** What a card of the MMC bus tells, as the kernel prints the bytes of EXT_CSD. */
  mmc: { type: string; reserved: string; lifeA: string; lifeB: string } | undefined;
  /** What a program has printed of an NVMe. */
  nvme: { program: string; printed: string } | undefined;
}

/** What the flash of a system tells of its wear. */
export interface FlashHealth extends Running {
  /** The user id of the login; 0 is root. */
  uid: number;
  /** Every MTD. */
  mtds: MtdHealth[];
  /** Every disk, without its partitions. */
  disks: DiskHealth[];
}

/**
 * Asks a device what its flash tells of its wear. Nothing on the device changes.
 * @throws LevitateError REMOTE_FAILED when the script did not run to its end, and what `exec` throws
 */
export async function gatherFlashHealth(transport: Transport): Promise<FlashHealth> {
  const answer = await runScript(transport, await wearScript(), {
    timeoutMs: 120_000,
    maxBytes: factBytes,
  });
  return parseFlashHealth(markedFacts(answer), answer);
}

/**
 * Reads what `remote/wear.sh` tells.
 * @throws LevitateError REMOTE_FAILED naming the fact that is missing or not what it should be
 */
export function parseFlashHealth(told: FactLines, received: Received): FlashHealth {
  const { all, one, words } = told;
  const running = parseRunning(told, received);
  const read = factReader(told);
  if (one('wear-end') !== 'yes')
    throw new LevitateError('REMOTE_FAILED', 'the device told the wear of its flash only in part', {
      data: { stdout: received.received, stderr: received.stderr.slice(-2000) },
    });
  const types = new Map(words('mtd-type').map(([mtd, type = '']) => [mtd, type]));
  const counts = new Map(words('mtd-health').map(([mtd, ...rest]) => [mtd, rest.map(countIn)]));
  const nodes = new Map(words('mtd-node').map(([mtd, node]) => [mtd, node]));
  const withUbi = new Set(all('mtd-holds-ubi'));
  const ubis = new Map(words('ubi').map(([device = '', mtd]) => [mtd, device]));
  const ofUbi = new Map(words('ubi-health').map(([ubi, ...rest]) => [ubi, rest.map(countIn)]));
  const cards = new Map(
    words('mmc').map(([disk, type = '', reserved = '', lifeA = '', lifeB = '']) => [
      disk,
      { type, reserved, lifeA, lifeB },
    ]),
  );
  const logs = new Map<string | undefined, NonNullable<DiskHealth['nvme']>>(
    words('nvme-smart').map(([disk, program = '', ...printed]) => [
      disk,
      { program, printed: printed.join(' ') },
    ]),
  );
  return {
    ...running,
    uid: read.number('uid'),
    mtds: read.rows('mtd', ([device = '', size, erase, ...name], number) => {
      const [bad, table, failures, corrected] = counts.get(device) ?? [];
      const ubi = ubis.get(device);
      const [highest, ubiBad, reserved] = ofUbi.get(ubi) ?? [];
      return {
        ...{ device, size: number(size, 16), eraseSize: number(erase, 16), name: name.join(' ') },
        ...{ type: types.get(device) ?? '', bad, table, failures, corrected },
        node: nodes.get(device),
        hasUbi: withUbi.has(device),
        ubi: ubi === undefined ? undefined : { device: ubi, highest, bad: ubiBad, reserved },
      };
    }),
    disks: read.rows('wear-disk', ([device = '', sectors, ...model], number) => ({
      device,
      size: number(sectors) * 512,
      model: model.join(' ').trim(),
      mmc: cards.get(device),
      nvme: logs.get(device),
    })),
  };
}

/** `-` stands for what a kernel does not show. */
const countIn = (word: string): number | undefined => (isNumber(word) ? Number(word) : undefined);
