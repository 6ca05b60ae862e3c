import type { ImageIndex, UbiVolume } from '../image/image.js';
import { formatBytes } from '../shared/format-bytes.js';
import type { KeptVolume, Refusal, TargetFacts } from './kind.js';
import type { Step } from './steps.js';
import { eraseblocks } from './volume-way.js';

/**
 * Tells why the content of a volume that the profile keeps could not go into the new layout, or nothing: its volume of that name is
 * of another type, has other logical eraseblocks, or fewer of them, as a UBIFS cannot shrink; or it has none, and no room for one
 * that is made anew. Pure.
 */
export function keptRefusal(
  { ubi }: ImageIndex,
  { keeps = [] }: Pick<TargetFacts, 'keeps'>,
): Refusal | undefined {
  const table = ubi?.table ?? [];
  for (const kept of keeps) {
    const place = placeOf(kept, table);
    const why = place ? misfit(kept, place, table) : noRoom(keeps, table);
    if (why !== undefined)
      return {
        code: 'KEEP_REFUSED',
        message: `the volume ${kept.name}, which the profile keeps, has no place in the new layout: ${why}`,
        hint: 'Make an image with a volume that takes it, or consent with --drop-kept to lose what it holds.',
        data: { volume: kept.name },
      };
  }
  return undefined;
}

/** The volume of a layout that a kept volume goes into; where there is none, it is made anew. Pure. */
export const placeOf = (
  kept: Pick<KeptVolume, 'name'>,
  table: readonly UbiVolume[],
): UbiVolume | undefined => table.find(({ name }) => name === kept.name);

const sumOf = (volumes: readonly { lebs: number }[]): number =>
  volumes.reduce((sum, { lebs }) => sum + lebs, 0);

function misfit(
  kept: KeptVolume,
  place: UbiVolume,
  table: readonly UbiVolume[],
): string | undefined {
  const type = (isStatic: boolean) => (isStatic ? 'static' : 'dynamic');
  if (kept.isStatic !== place.isStatic)
    return `it is ${type(place.isStatic)} there, and the one on the device is ${type(kept.isStatic)}`;
  if (kept.lebSize !== place.lebSize)
    return `its logical eraseblocks hold ${place.lebSize} bytes there, and ${kept.lebSize} on the device`;
  const others = sumOf(table) - place.lebs;
  const has = place.autoresize ? Math.max(place.lebs, kept.roomLebs - others) : place.lebs;
  const needs = kept.isStatic ? Math.ceil(kept.bytes / kept.lebSize) : kept.lebs;
  if (has >= needs) return undefined;
  const room = place.autoresize
    ? `, as all volumes can have ${kept.roomLebs} together and the others take ${others}`
    : '';
  return `it has ${eraseblocks(has)} there${room}, and needs ${needs}`;
}

/** Why the volumes that a layout lacks cannot be made anew beside those that it has. */
function noRoom(keeps: readonly KeptVolume[], table: readonly UbiVolume[]): string | undefined {
  const growing = table.find(({ autoresize }) => autoresize);
  if (growing)
    return `the image has none of this name, and its volume ${growing.name} takes all the rest`;
  const missing = keeps.filter((kept) => !placeOf(kept, table));
  const room = Math.min(...missing.map(({ roomLebs }) => roomLebs));
  const [taken, needs] = [sumOf(table), sumOf(missing)];
  if (taken + needs <= room) return undefined;
  return `the image has none of this name, and of the ${eraseblocks(room)} that all volumes can have together its own take ${taken}, so that ${Math.max(0, room - taken)} are left of ${needs} that are needed`;
}

/** Adds to the steps of writing a layout that volumes are saved before it and put back after it. Pure. */
export function withKeptVolumes(
  steps: Step[],
  node: string,
  { keeps = [] }: Pick<TargetFacts, 'keeps'>,
): Step[] {
  const writes = steps.some((step) => step.do === 'write');
  const saved = keeps.filter(({ onlyCopyOf }) => onlyCopyOf === undefined && writes);
  const restored = keeps.filter(({ onlyCopyOf }) => onlyCopyOf !== undefined || writes);
  return [
    ...saved.map(({ name, bytes }): Step => ({
      ...{ do: 'save', volume: name, bytes, touches: null, undoable: true },
    })),
    ...steps,
    ...restored.map(({ name, bytes }): Step => ({
      ...{ do: 'restore', volume: name, bytes, touches: node, undoable: false },
    })),
  ];
}

/** What becomes of kept volumes, in sentences for people: what is lost, what is kept, and what a power cut leaves. Pure. */
export function keptOutlook({ keeps = [] }: Pick<TargetFacts, 'keeps'>): {
  lost: string[];
  kept: string[];
  cut: string;
} {
  if (keeps.length === 0) return { lost: [], kept: [], cut: '' };
  const all = namesOf(keeps);
  const waiting = keeps.filter(({ onlyCopyOf }) => onlyCopyOf !== undefined);
  const live = keeps.filter(({ onlyCopyOf }) => onlyCopyOf === undefined);
  return {
    lost: waiting.map(({ name }) => `what is in the volume ${name} now`),
    kept: [
      ...waiting.map(
        ({ name, onlyCopyOf }) =>
          `the content of ${name} as it was saved on your machine at ${onlyCopyOf}, which is the only copy until it is back`,
      ),
      ...(live.length > 0
        ? [
            `the content of ${namesOf(live)} (${formatBytes(live.reduce((sum, { bytes }) => sum + bytes, 0))}): it is saved on your machine first, which has the only copy until it is back`,
          ]
        : []),
    ],
    cut: ` What ${all} held is then on your machine alone: the same command again writes the layout and puts it back.`,
  };
}

const namesOf = (keeps: readonly KeptVolume[]): string => keeps.map(({ name }) => name).join(', ');
