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
  const several = 'several' in choice;
  const places = 'several' in choice ? choice.several : 'none' in choice ? choice.none : [];
  const fit = places.filter(({ refusal }) => refusal === undefined);
  const found = several
    ? `it is not clear which place ${image.path} is meant for`
    : `no place of the device takes ${image.path}`;
  throw new LevitateError(
    several ? 'TARGET_AMBIGUOUS' : 'TARGET_MISSING',
    [found, ...places.map(aboutOf), ...(several ? [] : cautions(asked))].join('\n'),
    {
      hint: several ? commands(asked, fit) : whatElse(asked),
      data: { targets: (several ? fit : places).map(({ target }) => target) },
    },
  );
}

const aboutOf = ({ target, about, facts, refusal }: Candidate): string =>
  `  ${target}: ${refusal ? refusal.message : about || facts.name}`;

/** Places that levitate proposes to nobody, and why. */
const cautions = ({ places = [] }: Asked): string[] =>
  places.flatMap(({ name, caution }) => (caution === undefined ? [] : [`  ${name}: ${caution}`]));

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
