import { formatBytes } from '../../shared/format-bytes.js';
import type { Step } from '../steps.js';
import type { CutOutcome, CutStage, PowerCutPlan } from './plan.js';
import { headSectors, tailSectors } from './tables.js';

const systems: Record<CutOutcome, string> = {
  'old-system': 'the old system',
  rescue: 'the rescue, which is maintenance again: the same command carries on in it',
  'new-system': 'the new system',
};

/** The parts of a write with a rescue, in their order. Pure. */
export const cutStages = ({
  firmware,
  offset,
  length,
  isThere,
  within,
}: RescuePlan): CutStage[] => [
  ...(isThere
    ? []
    : [
        {
          when: `until the rescue (${formatBytes(length)} at ${formatBytes(offset)}) is on the disk and was read back`,
          leadsTo: 'old-system' as const,
          ...(within.length > 0 ? { damages: within } : {}),
        },
      ]),
  { when: 'while the image is written and read back', leadsTo: 'rescue' },
  { when: `once ${lastWritten[firmware]}, which is the last step`, leadsTo: 'new-system' },
];

/** What makes a disk start the new system. */
const lastWritten: Record<RescuePlan['firmware'], string> = {
  bios: 'its first sector is written',
  uefi: 'its first sectors with the partition table are written',
};

type RescuePlan = Extract<PowerCutPlan, { leadsTo: 'rescue' }>;

/** Tells a person where a power cut leads to with a rescue. Pure. */
export const rescueSentences = (plan: RescuePlan): string =>
  `Where a power cut leads to: ${cutStages(plan)
    .map(
      ({ when, leadsTo, damages }) =>
        `${when}, to ${systems[leadsTo]}${damages ? `, with damage in ${damages.join(' and ')}` : ''}`,
    )
    .join(
      '; ',
    )}. A kernel panic and a reset lead to the same. A disk that loses what it said it had kept is beyond this.`;

/** Where a power cut leads to in a step of a write with a rescue. Pure. */
const outcomeOf = (step: Step): CutOutcome => {
  if (step.do === 'write-rescue') return 'old-system';
  return ['start-rescue', 'zero', 'write'].includes(step.do) ? 'rescue' : 'new-system';
};

/** Bytes that make a disk start its rescue. */
const endBytes: Record<RescuePlan['firmware'], number> = {
  bios: 512,
  uefi: (headSectors + tailSectors) * 512,
};

/** The steps of a write with a rescue around them, each with where a power cut in it leads to. Pure. */
export function withRescue(steps: Step[], node: string, plan: RescuePlan): Step[] {
  const { firmware, offset, length, isThere } = plan;
  const change = { touches: node };
  const made: Step[] = isThere
    ? []
    : [
        { do: 'write-rescue', offset, bytes: length, undoable: true, ...change },
        { do: 'start-rescue', bytes: endBytes[firmware], undoable: false, ...change },
      ];
  const writes = steps.some(({ do: what }) => what === 'invalidate');
  if (!writes && !isThere) return steps;
  return [
    ...(writes ? made : []),
    // The sector that starts the rescue takes the place of an invalid one.
    ...steps.filter(({ do: what }) => what !== 'invalidate'),
    { do: 'end-rescue' as const, offset, bytes: length, undoable: false, ...change },
  ].map((step) => ({ ...step, cut: outcomeOf(step) }));
}
