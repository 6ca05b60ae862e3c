import { connectMaintenance, interruptible, isNotThereYet } from '../../device/connect.js';
import type { Connection } from '../../device/connect.js';
import { flasherProfile, flasherStatus } from '../../device/flasher.js';
import { gatherFacts } from '../../device/gather-facts.js';
import { gatherFlashHealth, type FlashHealth, type MtdHealth } from '../../device/gather-wear.js';
import {
  eraseblocksOf,
  headersByFlasher,
  headersByShell,
  type HeaderReader,
} from '../../device/read-counters.js';
import { connectRoot } from '../../device/root-login.js';
import { loadSession, type Session } from '../../device/session.js';
import { exitStatus } from '../../errors.js';
import { reportCounters, type CounterReport } from '../../flash/counter-report.js';
import type { Profile } from '../../profile/profile.js';
import { inPhase, report, warn, type Run } from '../../progress.js';
import { retryOnce } from '../../shared/poll.js';
import type { Transport } from '../../ssh/transport.js';
import { stoppable } from '../interrupt.js';
import { ifReadable } from '../named-targets.js';
import { lookSeconds, untilAnswered } from '../until-answered.js';
import { whileLooking } from '../where-cut.js';
import { chooseMedia } from './choose-media.js';
import { counterWear, type CounterWear } from './counter-wear.js';
import { earlierCounters, mediumKey } from './earlier.js';
import { diskWear, mtdWear, type MediumWear } from './medium-wear.js';
import { checkPicture, comparedPanel, drawPicture } from './picture.js';
import { placeTargets } from './place-targets.js';
import type { Panel } from './svg.js';

export type { CounterBin, CounterWear } from './counter-wear.js';
export type { EmmcWear, LifeTime } from './emmc.js';
export type { MediumWear, MtdWear } from './medium-wear.js';
export type { NvmeWear } from './nvme.js';

/** What `wear` takes. */
export interface WearOptions extends Connection {
  /** Targets of the profile, MTDs, disks; without any, everything that the device has. */
  targets?: string[];
  /** A file with what `levitate wear --json` has printed earlier, to compare with. */
  before?: string;
  /** A file for a picture of the erase counters, as SVG. */
  svg?: string;
}

/** What `wear` gives. */
export interface WearResult {
  /** The device, as it was named. */
  host: string;
  /** Which system answers. */
  where: 'normal' | 'maintenance';
  /** Every MTD and disk that was asked for. */
  media: ComparedMedium[];
  /** The picture that was written. */
  svg?: string;
}

/** A medium, and what became of its erase counters since an earlier look. */
export interface ComparedMedium extends MediumWear {
  /** Its erase counters then and now, where both are known. */
  compared?: CounterReport;
}

/**
 * Tells how worn the flash of a device is: erase counters, bad blocks, what an eMMC or an NVMe says of itself. It only reads, in
 * the device's own system and in maintenance, and needs no lease.
 * @throws LevitateError TARGET_UNKNOWN, TARGET_AMBIGUOUS, TARGET_MISSING; OUTPUT_FAILED, USAGE for a file; INTERRUPTED, and what
 * connecting and asking throw
 */
export async function wear(options: WearOptions, run: Run = {}): Promise<WearResult> {
  const { host, before, svg } = options;
  await checkPicture(svg);
  const earlier = before === undefined ? undefined : await earlierCounters(before);
  const read: Headers = new Map();
  const found = await stoppable(
    run.signal,
    { message: 'interrupted; nothing has changed', exit: exitStatus.unknownState },
    async () => {
      const session = await loadSession(host, (message) => warn(run, message));
      const once = () => retryOnce(() => look(options, session, read, run));
      return session ? untilAnswered(run, lookSeconds, once) : once();
    },
  );
  const media = found.media.map((medium): ComparedMedium => {
    const then = earlier?.get(mediumKey(medium));
    if (!then || !medium.counters) return medium;
    return { ...medium, compared: reportCounters(then, medium.counters.counters) };
  });
  if (earlier && !media.some(({ compared }) => compared))
    warn(run, `${before} has no erase counters of what was read now.`);
  const panels = media.flatMap(panelOf);
  const drawn = svg === undefined ? undefined : await drawPicture(svg, host, panels, run);
  return { host, ...found, media, ...(drawn === undefined ? {} : { svg: drawn }) };
}

/** No flash that UBI manages has more; a device that claims so is not believed. */
const mostEraseblocks = 1 << 20;

/** Headers that were read already, by their device: a cut takes them not away. */
type Headers = Map<string, string[]>;

async function look(
  options: WearOptions,
  session: Session | undefined,
  read: Headers,
  run: Run,
): Promise<Pick<WearResult, 'where' | 'media'>> {
  const entered =
    session &&
    (await connectMaintenance(session, run).catch((error: unknown) => {
      if (!isNotThereYet(error)) throw error;
      return undefined;
    }));
  if (!entered)
    return whileLooking(async () => {
      await using running = await connectRoot(options, run);
      return await wornOf(options, running, read, run);
    });
  await using maintenance = entered;
  return await wornOf(options, maintenance, read, run);
}

/** Asks the system that answers. */
async function wornOf(
  options: WearOptions,
  connection: Transport,
  read: Headers,
  run: Run,
): Promise<Pick<WearResult, 'where' | 'media'>> {
  const transport = interruptible(connection, run.signal);
  const health = await inPhase(run, 'facts', () => gatherFlashHealth(transport));
  const where = health.state;
  if (where === 'maintenance') await tellWriter(transport, run);
  const targets = options.targets ?? [];
  const profile = targets.length === 0 ? undefined : await profileOf(transport, where);
  const placed = await placeTargets(transport, profile, targets);
  const chosen = chooseMedia(targets, health, placed, Object.keys(profile?.targets ?? {}));
  const reader = where === 'maintenance' ? headersByFlasher : headersByShell;
  const media: MediumWear[] = [];
  for (const mtd of health.mtds.filter(({ device }) => chosen.has(device))) {
    const counters = await countersOf(transport, mtd, reader, read, run);
    media.push(mtdWear(mtd, health.uid, counters));
  }
  media.push(...health.disks.filter(({ device }) => chosen.has(device)).map(diskWear));
  return {
    where,
    media: media.map((medium) => ({ ...medium, targets: chosen.get(medium.device) ?? [] })),
  };
}

/** Who writes moves the counters meanwhile. */
async function tellWriter(transport: Transport, run: Run): Promise<void> {
  const { lease } = await flasherStatus(transport);
  if (lease)
    warn(run, `${lease.owner} is writing to the device now: what is read meanwhile may change.`);
}

/** The profile that names targets: of the maintenance system, or of the archive that is installed. */
async function profileOf(
  transport: Transport,
  where: FlashHealth['state'],
): Promise<Profile | undefined> {
  if (where === 'maintenance') return await ifReadable(flasherProfile(transport));
  return (await gatherFacts(transport)).installed?.profile;
}

async function countersOf(
  transport: Transport,
  mtd: MtdHealth,
  reader: HeaderReader,
  read: Headers,
  run: Run,
): Promise<CounterWear | undefined> {
  if (!mtd.hasUbi || mtd.node === undefined) return undefined;
  if (eraseblocksOf(mtd) > mostEraseblocks) return undefined;
  const headers = read.get(mtd.device) ?? [];
  read.set(mtd.device, headers);
  const total = eraseblocksOf(mtd) * mtd.eraseSize;
  const told = { type: 'bytes', phase: 'counters', subject: mtd.device, total } as const;
  const onMore = () => report(run, { ...told, done: headers.length * mtd.eraseSize });
  await inPhase(run, 'counters', () => reader(transport, mtd, headers, onMore), mtd.device);
  return counterWear(headers);
}

function panelOf({ device, name, counters, compared }: ComparedMedium): Panel[] {
  if (!counters) return [];
  const title = `${device} (${name})`;
  if (compared) return [comparedPanel(`${title}, then and now`, compared)];
  const bins = counters.histogram.map(({ count, ...range }) => ({ ...range, counts: [count] }));
  return [{ title, series: [{ name: 'now', summary: counters }], bins }];
}
