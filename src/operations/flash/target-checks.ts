import { describeTargets } from '../../device/describe-targets.js';
import type { StackFacts } from '../../device/facts.js';
import { describeStack, isStacked } from '../../device/stack.js';
import type { ReplyOf } from '../../protocol/replies.js';
import { isReply, type Reply } from '../../protocol/parse-reply.js';
import type { Transport } from '../../ssh/transport.js';
import { LevitateError, type ErrorCode } from '../../errors.js';
import type { Consent, KeptPart, KeptVolume, TargetKind } from '../../flash/kind.js';
import type { KeptVolumes } from '../../protocol/kept-volumes-file.js';
import { keptVolume, onlyCopies } from '../keep-volumes/volumes.js';
import { keptSentences } from '../../flash/kept-ranges.js';
import { inWriteOrder } from '../../flash/write-order.js';
import type { ImageIndex } from '../../image/image.js';
import type { Profile } from '../../profile/profile.js';
import type { Check } from '../../progress.js';
import { formatBytes } from '../../shared/format-bytes.js';
import type { LookedAt } from '../overwrite-plan.js';
import type { TargetImage } from '../prepare.js';
import { planPowerCut, type RescueMeans } from '../rescue/plan-power-cut.js';
import { refuse, refuseOverlap, shareFacts, targetIn } from './targets.js';

/** What was found out about a target before its device is entered. */
export interface TargetCheck extends LookedAt {
  /** The row of the preflight. */
  check: Check;
}

/**
 * Refuses before a device is entered what would be refused in maintenance: an image that a target cannot take, a target
 * that is not there or is ambiguous. What cannot be told yet is a warning, and is checked again in maintenance.
 * @param waiting volumes of the device that wait on this machine: what is put into a layout is these, as a rule
 * @param programs what the archive has; none where that is not known
 * @param means what a rescue can be made of
 * @returns a check for each target, and what it means to write to it, in the order in which they are written
 * @throws LevitateError TARGET_UNKNOWN, TARGET_MISSING, TARGET_AMBIGUOUS, IMAGE_FORMAT, IMAGE_TOO_LARGE,
 * TARGET_UNSUPPORTED, VOLUMES_AT_RISK
 */
export async function checkTargets(
  running: Transport,
  stack: StackFacts,
  profile: Profile,
  images: TargetImage[],
  consent: Consent,
  waiting: KeptVolumes[] = [],
  programs?: readonly string[],
  means: RescueMeans = { why: 'it is not known what one could be made of' },
): Promise<TargetCheck[]> {
  for (const [target] of images)
    refuseWithoutHelper(target, targetIn(profile, target).kind, programs);
  const asked = images.flatMap(([target]) => {
    const { args, keeps, parts } = targetIn(profile, target);
    const ofParts = (consent.dropKept ? [] : parts).map((part, index) => ({
      ...{ target: partOf(target, index), args: part.args, keeps: [] },
    }));
    return [{ target, args, keeps }, ...ofParts];
  });
  const answers = await describeTargets(running, asked);
  const found = images.flatMap(([target, image]) => {
    const answer = answers.get(target);
    const { kind, parts } = targetIn(profile, target);
    if (!answer || !isReply(answer, 'target')) return [];
    const copy = waiting.find((one) => one.target === target);
    const live = ({ name }: KeptPart, index: number): KeptVolume[] => {
      const part = answers.get(partOf(target, index));
      return part && isReply(part, 'target')
        ? [keptVolume(target, name, part)].filter((one) => one !== undefined)
        : [];
    };
    const keeps = consent.dropKept ? [] : copy ? onlyCopies(copy) : parts.flatMap(live);
    const powerCut = planPowerCut(target, image, answer, profile, means);
    const facts = {
      ...answer,
      ...(keeps.length > 0 ? { keeps } : {}),
      ...(powerCut ? { powerCut } : {}),
    };
    return [{ target, kind, image, facts }];
  });
  refuseOverlap(found);
  shareFacts(found);
  const checks = images.map(([target, image]) => {
    const known = found.find((one) => one.target === target);
    if (known) refuseStacked(target, known.facts, stack);
    return judge(target, image, known?.facts ?? answers.get(target), profile, consent);
  });
  return inWriteOrder(checks);
}

/** Refuses what only levitate's helper can write, where the archive lacks that. */
function refuseWithoutHelper(
  target: string,
  { name, helper }: TargetKind,
  programs: readonly string[] | undefined,
): void {
  if (!helper || !programs || programs.includes('helper')) return;
  throw new LevitateError(
    'TARGET_UNSUPPORTED',
    `${target}: the archive has no helper, without which a target of the kind ${name} cannot be written`,
    {
      hint: 'The packages of levitate have it for every architecture; in a checkout, npm run helper compiles it.',
    },
  );
}

/** By what the running system is asked for a part of a target that keeps its content; no target is called so. */
const partOf = (target: string, index: number): string => `${target}/${index}`;

/** Refuses what is made of other devices, because in maintenance only the disks below it are there. */
function refuseStacked(
  target: string,
  { node, within = '' }: ReplyOf<'target'>,
  stack: StackFacts,
): void {
  const device = [node, within]
    .map((one) => one.replace(/^\/dev\//, ''))
    .find((one) => isStacked(one, stack));
  if (device === undefined) return;
  throw new LevitateError(
    'TARGET_UNSUPPORTED',
    `${target}: in maintenance there is no ${node}, because it is taken apart: ${describeStack(device, stack)}`,
    { hint: `flash.targets.${target} can name the disk or the partition that it stands on.` },
  );
}

function judge(
  target: string,
  image: ImageIndex,
  answer: Reply | undefined,
  profile: Profile,
  consent: Consent,
): TargetCheck {
  const name = `target ${target}`;
  const later = (found: string): TargetCheck => ({
    target,
    image,
    check: {
      name,
      verdict: 'warning',
      found,
      advice: 'It is looked at in maintenance, before the first write; a refusal then leads back.',
    },
  });
  if (answer === undefined) return later('the running system lacks a program that could tell');
  if (isReply(answer, 'error')) {
    const { code, message } = answer;
    // On the way into maintenance, UBI is attached and drivers are loaded.
    const brings = profile.root.modules.length > 0 || profile.root.carriedModules !== undefined;
    if (code === 'UBI_DETACHED' || (code === 'TARGET_MISSING' && brings)) return later(message);
    throw new LevitateError(code as ErrorCode, `${target}: ${message}`, {
      hint: `levitate probe shows what there is; flash.targets.${target} of the profile says what is meant.`,
    });
  }
  if (!isReply(answer, 'target')) return later('the running system gave no answer');
  const { kind } = targetIn(profile, target);
  refuse(target, kind.check(image, answer, consent));
  const found = [
    `${answer.name} (${formatBytes(answer.size)}) takes the image (${image.format}, ${formatBytes(image.length)})`,
    ...(answer.force_ro === true
      ? ['its write protection (force_ro) is lifted for the write alone']
      : []),
    ...keptSentences(answer).map((kept) => `kept are ${kept}`),
  ].join('; ');
  return {
    target,
    image,
    facts: answer,
    outlook: kind.outlook(image, answer, consent),
    check: { name, verdict: 'ok', found },
  };
}
