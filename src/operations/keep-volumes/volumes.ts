import { interruptible } from '../../device/connect.js';
import { callFlasher, type FlasherStatus } from '../../device/flasher.js';
import { replyOf } from '../../device/replies.js';
import { isCode, LevitateError } from '../../errors.js';
import type { Consent, KeptPart, KeptVolume, TargetFacts } from '../../flash/kind.js';
import type { FoundTarget } from '../../flash/target.js';
import type { KeptVolumes } from '../../protocol/kept-volumes-file.js';
import type { Profile } from '../../profile/profile.js';
import type { Run } from '../../progress.js';
import { targetIn } from '../flash/targets.js';
import type { Maintenance } from '../maintenance.js';
import { targetKey } from '../../protocol/target-key.js';
import type { Transport } from '../../ssh/transport.js';

/** What is known of the volumes of a layout that the profile keeps. */
export interface KeptOfLayout {
  /** What the profile names. */
  parts: KeptPart[];
  /** Those of them that are on the device and hold something. */
  there: readonly KeptVolume[];
  /** Why one of them cannot be read; a write that has not ended leaves such a volume. */
  unread?: LevitateError;
  /** Whether the device knows of a write of the layout that has not ended. */
  begun: boolean;
}

/** The same of each target of a call. */
export async function keptOfLayouts(
  maintenance: Maintenance,
  profile: Profile,
  images: readonly (readonly [target: string, unknown])[],
  consent: Consent,
  run: Run,
): Promise<Map<string, KeptOfLayout>> {
  const found = new Map<string, KeptOfLayout>();
  for (const [target] of images) {
    const ask = (over: Transport) =>
      keptOfLayout(
        ...([interruptible(over, run.signal), target, targetIn(profile, target)] as const),
        ...([maintenance.status, consent] as const),
      );
    found.set(target, await maintenance.ask(run, ask));
  }
  return found;
}

/** Asks a device in maintenance for the volumes of a layout that the profile keeps, and attaches the UBI for that. */
async function keptOfLayout(
  transport: Transport,
  target: string,
  { args, parts }: FoundTarget,
  { targets }: Pick<FlasherStatus, 'targets'>,
  { dropKept }: Consent,
): Promise<KeptOfLayout> {
  const begun = targets[targetKey(args)] === 'touched';
  // Once a layout is being written, its volumes are gone, and nothing may attach what is half of it.
  const asked = begun || dropKept ? [] : parts;
  return { parts, begun, ...(await describeKept(transport, target, asked)) };
}

/** What a person consents to until the kept volumes of a target are found: what is lost of it is known then. Pure. */
export const beforeKept = <T extends Consent>({ parts }: FoundTarget, consent: T): T =>
  parts.length > 0 ? { ...consent, dropVolumes: true } : consent;

async function describeKept(
  transport: Transport,
  target: string,
  parts: readonly KeptPart[],
): Promise<Pick<KeptOfLayout, 'there' | 'unread'>> {
  const there: KeptVolume[] = [];
  let unread: LevitateError | undefined;
  for (const { name, args } of parts) {
    try {
      const facts = replyOf(await callFlasher(transport, ['target', ...args]), 'target');
      const volume = keptVolume(target, name, facts);
      if (volume) there.push(volume);
    } catch (error) {
      if (isCode(error, 'KEEP_REFUSED')) unread ??= error;
      else if (!isCode(error, 'TARGET_MISSING')) throw error;
    }
  }
  return { there, ...(unread ? { unread } : {}) };
}

/**
 * What has to be known of a volume to keep it; nothing for one that is empty.
 * @throws LevitateError KEEP_REFUSED for one that cannot be read
 */
export function keptVolume(
  target: string,
  name: string,
  facts: TargetFacts,
): KeptVolume | undefined {
  const { size, leb_size: lebSize = 1, held_bytes: bytes = 0, unread } = facts;
  if (unread)
    throw new LevitateError(
      'KEEP_REFUSED',
      `${target}: the volume ${name}, which the profile keeps, cannot be read: ${unread}`,
      { hint: 'To write without what it holds, consent with --drop-kept.', data: { volume: name } },
    );
  if (bytes === 0) return undefined;
  return {
    ...{ name, isStatic: facts.volume_type === 'static', alignment: facts.alignment ?? 1 },
    ...{ lebs: Math.floor(size / lebSize), lebSize, bytes, roomLebs: facts.ubi_lebs ?? 0 },
  };
}

/** What has to be known of volumes whose copy on this machine is the only one. Pure. */
export const onlyCopies = ({ volumes, at }: KeptVolumes): KeptVolume[] =>
  volumes.map(({ name, isStatic, alignment, lebs, lebSize, bytes, roomLebs }) => ({
    ...{ name, isStatic, alignment, lebs, lebSize, bytes, roomLebs, onlyCopyOf: at },
  }));
