import type { Connection } from '../../device/connect.js';
import { LevitateError } from '../../errors.js';
import type { ImageIndex } from '../../image/image.js';
import { imageArgument } from '../../image/request.js';
import { quote } from '../../shared/shell-quote.js';
import { refuse } from '../flash/targets.js';
import type { TargetDraft } from '../probe/target-draft.js';
import type { Candidate, Choice } from './choose-target.js';

/** What was asked: which place of a device an image is for. */
export interface Asked {
  /** The device. */
  connection: Connection;
  /** The image. */
  image: ImageIndex;
  /** Every place of a running system; missing in maintenance, whose profile has the targets. */
  places?: TargetDraft[];
}

/**
 * Gives the place that was chosen.
 * @throws LevitateError where none or several were found: with the commands that name a place
 */
export function chosenOf(choice: Choice, asked: Asked): Extract<Choice, { chosen: Candidate }> {
  if ('chosen' in choice) return choice;
  const { image } = asked;
  if ('refused' in choice) refuse(choice.refused.target, choice.refused.refusal);
  if ('none' in choice)
    throw new LevitateError(
      'TARGET_MISSING',
      [`no place of the device takes ${image.path}`, ...whyNone(choice, asked)].join('\n'),
      { hint: whatElse(asked), data: { targets: choice.none.map(({ target }) => target) } },
    );
  const several = 'several' in choice ? choice.several : [];
  const fit = several.filter(({ refusal }) => refusal === undefined);
  const [only, ...more] = fit;
  const found =
    only && more.length === 0
      ? `only ${only.target} takes ${image.path}, which may be meant for another place`
      : `it is not clear which place ${image.path} is meant for`;
  throw new LevitateError(
    'TARGET_AMBIGUOUS',
    [found, ...several.map((one) => `  ${one.target}: ${aboutOf(one)}`)].join('\n'),
    { hint: commands(asked, fit), data: { targets: fit.map(({ target }) => target) } },
  );
}

const aboutOf = ({ about, facts, refusal }: Candidate): string =>
  refusal ? refusal.message : about || facts.name;

/** Every place, and why it takes no such image. */
function whyNone(
  { none, others, what }: Extract<Choice, { none: Candidate[] }>,
  { places = [] }: Asked,
): string[] {
  const reasons = new Map([
    ...places.map(
      ({ name, caution }) => [name, caution ?? 'the device does not tell of it'] as const,
    ),
    ...others.map(({ target }) => [target, `not a place for ${what}`] as const),
    ...none.map((one) => [one.target, aboutOf(one)] as const),
  ]);
  return [...reasons].map(([name, reason]) => `  ${name}: ${reason}`);
}

function commands({ connection: { host }, image, places }: Asked, targets: Candidate[]): string {
  const pair = ({ target }: Candidate) =>
    quote(`${target}=${imageArgument({ path: image.path, raw: image.raw })}`);
  return places === undefined
    ? `Name it:\n${targets.map((one) => `  levitate flash ${host} ${pair(one)}`).join('\n')}`
    : [
        'Name it, with a profile:',
        `  levitate probe ${host} --profile-out device.yaml`,
        ...targets.map((one) => `  levitate deploy ${host} device.yaml ${pair(one)}`),
      ].join('\n');
}

const whatElse = ({ connection: { host } }: Asked): string =>
  `levitate probe ${host} --profile-out device.yaml writes a profile that names every place; levitate help targets tells which images each takes.`;
