import { interruptible, type Connection } from '../../device/connect.js';
import { describeTargets } from '../../device/describe-targets.js';
import { callFlasher } from '../../device/flasher.js';
import { rootCheck } from '../../device/preflight.js';
import { gatherProbeFacts } from '../../device/probe-facts.js';
import { connectRoot } from '../../device/root-login.js';
import { LevitateError } from '../../errors.js';
import type { Consent } from '../../flash/kind.js';
import { memberTargets } from '../../flash/member-targets.js';
import { targetOf, type TargetSpec } from '../../flash/target.js';
import type { ImageIndex, SysupgradeMember } from '../../image/image.js';
import { loadProfile } from '../../profile/load.js';
import { inform, inPhase, report, type Run } from '../../progress.js';
import { isReply } from '../../protocol/parse-reply.js';
import { writeWhole } from '../../shared/atomic-file.js';
import { retryOnce } from '../../shared/poll.js';
import { memberName } from '../../shared/target-name.js';
import type { Transport } from '../../ssh/transport.js';
import { attachByLogin, attachIfThere } from '../enter/attach-already.js';
import { notInMaintenance } from '../attach.js';
import { stoppable, unwritten } from '../interrupt.js';
import { memberImages, targetNames } from '../flash/members.js';
import type { Maintenance } from '../maintenance.js';
import type { Prepared } from '../prepare.js';
import { debianArchitectureOf, draftProfile } from '../probe/profile-draft.js';
import { whileLooking } from '../where-cut.js';
import type { TargetDraft } from '../probe/target-draft.js';
import { draftTargets } from '../probe/target-drafts.js';
import { judged, type Part } from './candidates.js';
import { chooseTarget, type Candidate } from './choose-target.js';
import { chosenOf, type Asked } from './refuse-choice.js';
import { systemDevices } from './system-devices.js';

/** What finding the place for an image takes besides the device and the image. */
export interface ProposeOptions extends Consent {
  /** Path of a file that levitate keeps for itself, for the profile. */
  file: string;
  /** Whether nothing on the device may change: a maintenance system that was entered elsewhere is not taken over. */
  dryRun?: boolean;
}

/**
 * Finds the place on a device that an image is for, and writes a profile with this one target. A device in maintenance has
 * its profile already, of whose targets one must be the place.
 * @throws LevitateError TARGET_MISSING, TARGET_AMBIGUOUS, what the kind of the only place refuses, OUTPUT_FAILED, and what
 * connecting and asking throw
 */
export async function propose(
  connection: Connection,
  image: ImageIndex,
  options: ProposeOptions,
  run: Run,
): Promise<Prepared> {
  const attached = await attachIfThere(connection, run);
  if (attached) {
    await using maintenance = attached;
    return await amongTargets(connection, maintenance, image, options, run);
  }
  await using running = await connectRoot(connection, run);
  const transport = interruptible(running, run.signal);
  const { facts, probed } = await inPhase(run, 'facts', () =>
    whileLooking(() => retryOnce(() => gatherProbeFacts(transport))),
  );
  if (facts.state === 'maintenance') {
    if (options.dryRun) throw notInMaintenance(connection.host);
    await using maintenance = await attachByLogin(connection, running, facts, run);
    return await amongTargets(connection, maintenance, image, options, run);
  }
  const root = rootCheck(facts, running.notRoot);
  if (root.verdict === 'refusal') throw refused(root.found, root.advice);
  const arch = debianArchitectureOf(facts, probed);
  if (!arch)
    throw refused(
      `levitate knows no architecture ${facts.machine}`,
      'No maintenance system can be built for this processor.',
    );
  const places = draftTargets(facts, probed);
  const candidates = await candidatesAmong(
    transport,
    places,
    systemDevices(facts, probed),
    image,
    options,
  );
  const { target, isSystem } = tell(connection, image, candidates, places, run);
  // With the whole system its host keys go, and a new system seldom brings the same.
  const hostKey =
    isSystem && (image.format === 'disk' || image.format === 'ubi') ? 'changes' : 'same';
  const text = draftProfile(arch, facts, probed, places.map(onlyThe(target)), hostKey);
  await writeWhole(options.file, text);
  report(run, { type: 'debug', message: `loaded the profile ${options.file}` });
  const profile = { path: options.file, value: await loadProfile(options.file), locked: false };
  return { connection, profile, images: memberImages(profile.value, [[target, image]]) };
}

/** The files of an image that go to places of their own, the one that tells the place first. */
const files = ['root', 'kernel'] as const satisfies SysupgradeMember[];

const refused = (found: string, hint = ''): LevitateError =>
  new LevitateError('PREFLIGHT_REFUSED', found, { hint });

/** The other places stay in the profile as comments: what is not needed cannot be written by mistake. */
const onlyThe =
  (target: string) =>
  (place: TargetDraft): TargetDraft =>
    place.name === target
      ? place
      : { ...place, caution: place.caution ?? 'the image is not for it' };

async function candidatesAmong(
  running: Transport,
  places: TargetDraft[],
  system: Set<string>,
  image: ImageIndex,
  consent: Consent,
): Promise<Candidate[]> {
  const usable = places.flatMap(({ name, about, spec, caution }) => {
    if (!spec || caution !== undefined) return [];
    const members = memberTargets(spec);
    const parts: Omit<Part, 'answer'>[] = members
      ? files.map((file) => ({ target: memberName(name, file), file, spec: members[file] }))
      : [{ target: name, spec: spec as TargetSpec }];
    return [{ target: name, about, parts }];
  });
  const asked = usable.flatMap(({ parts }) =>
    parts.map(({ target, spec }) => ({ target, args: targetOf(spec).args })),
  );
  const answers = await describeTargets(running, asked);
  return usable.flatMap(({ target, about, parts: found }) => {
    const parts = found.map((part) => ({ ...part, answer: answers.get(part.target) }));
    return judged(target, parts, { about, image, consent, system });
  });
}

/** Of a device in maintenance, nothing tells which place its system stood on. */
const amongTargets = (
  connection: Connection,
  maintenance: Maintenance,
  image: ImageIndex,
  consent: Consent,
  run: Run,
): Promise<Prepared> =>
  stoppable(run.signal, unwritten(connection.host), async () => {
    const profile = await maintenance.profile(run);
    const candidates: Candidate[] = [];
    for (const target of targetNames(profile)) {
      const members = profile.groups?.[target];
      const wanted: { name: string; file?: SysupgradeMember }[] = members
        ? files.map((file) => ({ name: members[file], file }))
        : [{ name: target }];
      const parts: Part[] = [];
      for (const { name, ...about } of wanted) {
        const spec = profile.targets[name]!;
        const { args } = targetOf(spec);
        const replies = await maintenance
          .ask(run, (transport) =>
            callFlasher(interruptible(transport, run.signal), ['target', ...args]),
          )
          .catch((error: unknown) => {
            if (error instanceof LevitateError && error.code.startsWith('TARGET_')) return [];
            throw error;
          });
        const answer = replies.find((reply) => isReply(reply, 'target'));
        parts.push({ target: name, ...about, spec, answer });
      }
      candidates.push(...judged(target, parts, { about: '', image, consent, system: new Set() }));
    }
    const { target } = tell(connection, image, candidates, undefined, run);
    return { connection, images: memberImages(profile, [[target, image]]) };
  });

/** Gives the place that was chosen, and tells the person why. */
function tell(
  connection: Connection,
  image: ImageIndex,
  candidates: Candidate[],
  places: TargetDraft[] | undefined,
  run: Run,
): Candidate {
  const asked: Asked = { connection, image, ...(places ? { places } : {}) };
  const { chosen, why } = chosenOf(chooseTarget(image, candidates), asked);
  inform(run, `${image.path} goes to ${chosen.facts.name}: ${why}.`);
  return chosen;
}
