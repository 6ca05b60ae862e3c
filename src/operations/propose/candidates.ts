import type { Consent, SharedTarget, TargetFacts, TargetKind } from '../../flash/kind.js';
import { shareRoom } from '../../flash/share-room.js';
import { targetOf, type TargetSpec } from '../../flash/target.js';
import type { ImageIndex, SysupgradeMember } from '../../image/image.js';
import { isReply, type Reply } from '../../protocol/parse-reply.js';
import { beforeKept } from '../keep-volumes/volumes.js';
import type { Candidate } from './choose-target.js';

/** A target, or one of those that a target is made of, and what the device tells of it. */
export interface Part {
  /** Its name. */
  target: string;
  /** The file of an image that goes there; absent where it is all of a target. */
  file?: SysupgradeMember;
  /** What the profile says of it. */
  spec: TargetSpec;
  /** What the device said; absent where it said nothing. */
  answer: Reply | undefined;
}

/** What an image is judged by, beside the place. */
interface Judgement {
  /** What a person wants to know of it. */
  about: string;
  /** The image. */
  image: ImageIndex;
  /** What a person has consented to. */
  consent: Consent;
  /** The disks and MTDs that the running system stands on. */
  system: ReadonlySet<string>;
}

/** Gives the place that a target is, if the device tells of it, and whether the image may go there. Pure. */
export function judged(target: string, parts: readonly Part[], of: Judgement): Candidate[] {
  const [part] = parts;
  if (part?.file !== undefined) return judgedWhole(target, parts, of);
  if (!part?.answer || !isReply(part.answer, 'target')) return [];
  const found = targetOf(part.spec);
  const facts = part.answer;
  const refusal = found.kind.check(of.image, facts, beforeKept(found, of.consent));
  return [{ target, about: of.about, facts, refusal, isSystem: isOf(of.system, facts.node) }];
}

/** The same of a target that is several: each file of the image goes to its own. */
function judgedWhole(
  target: string,
  parts: readonly Part[],
  { about, image, consent, system }: Judgement,
): Candidate[] {
  const members: (SharedTarget & { kind: TargetKind })[] = [];
  let root: TargetFacts | undefined;
  for (const { file, spec, answer } of parts) {
    if (!answer || !isReply(answer, 'target')) return [];
    root ??= answer;
    const member = file === undefined ? undefined : image.sysupgrade?.members[file];
    // Of a sysupgrade file without a kernel, the kernel stays.
    if (image.sysupgrade && !member) continue;
    members.push({ kind: targetOf(spec).kind, image: member ?? image, facts: answer });
  }
  if (!root) return [];
  const shared = shareRoom(members);
  const refusals = members.map(({ kind, image: one }, at) => kind.check(one, shared[at]!, consent));
  const node = root.within || root.node;
  return [
    {
      ...{ target, about, refusal: refusals.find((one) => one !== undefined) },
      facts: { ...root, kind: 'sysupgrade', name: `the OpenWrt on ${node}`, node },
      isSystem: isOf(system, node),
    },
  ];
}

const isOf = (system: ReadonlySet<string>, node: string): boolean =>
  system.has(node.replace('/dev/', '').replaceAll('/', '!'));
