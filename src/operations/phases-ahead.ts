import type { KeepSpec, Profile } from '../profile/profile.js';
import type { Phase, PhaseAhead } from '../progress.js';
import { commandsOf, type When } from './device-commands.js';
import { secondsOf } from './overwrite-time.js';

/** What a phase takes of a board computer over a wired network, in seconds; assumed, as the speed of a write is. */
const usualSeconds = {
  build: 5,
  facts: 3,
  preflight: 3,
  stage: 5,
  configure: 3,
  rehearse: 10,
  arm: 1,
  trigger: 3,
  wait: 20,
  release: 5,
  keep: 3,
  command: 3,
  leave: 3,
  confirm: 60,
} satisfies Partial<Record<Phase, number>>;

const usual = (...phases: (keyof typeof usualSeconds)[]): PhaseAhead[] =>
  phases.map((phase) => ({ phase, seconds: usualSeconds[phase] }));

/** The phases that only look at a device. */
export const aheadOfLooking: PhaseAhead[] = usual('build', 'facts', 'preflight');

/** What the phases around the write follow from; a profile that is not known yet has none of them. */
interface Known {
  profile: Pick<Profile, 'commands'> | undefined;
  /** What of the old system is kept. */
  keep: KeepSpec | undefined;
}

const commands = (profile: Known['profile'], when: When): PhaseAhead[] =>
  commandsOf(profile ?? {}, when).flatMap(() => usual('command'));

/** The phases of entering it. Pure. */
export const aheadOfEntering = ({ profile, keep }: Known): PhaseAhead[] => [
  ...aheadOfLooking,
  ...commands(profile, 'before-enter'),
  ...usual('stage', 'configure', 'rehearse'),
  ...(keep ? usual('keep') : []),
  ...usual('arm', 'trigger', 'wait', 'release'),
];

/** The phases between the read-back and leaving. Pure. */
export const aheadOfSettling = ({ profile, keep }: Known): PhaseAhead[] => [
  ...(keep ? usual('keep') : []),
  ...commands(profile, 'after-flash'),
];

/** The phases after the flash is written. */
export const aheadOfLeaving: PhaseAhead[] = usual('leave', 'confirm');

/** The phases of one target, of which levitate knows the image, and perhaps what has to be sent. Pure. */
export function aheadOfTarget(
  target: string,
  { length }: { length: number },
  plan?: { sendBytes: number },
): PhaseAhead[] {
  const over = (phase: Phase, bytes: number): PhaseAhead => ({
    ...{ phase, subject: target },
    ...{ seconds: secondsOf(bytes), bytes },
  });
  return [
    ...(plan ? [] : [over('compare', length)]),
    over('write', plan?.sendBytes ?? length),
    over('verify', length),
  ];
}
