import { Type } from '@sinclair/typebox';
import { pebsInGroup, type ImageIndex } from '../../image/image.js';
import { Line, about, optional, strict } from '../../shared/schema-common.js';
import { soundHeaders } from '../counters.js';
import { compareCounters, counterRefusal, inspectCounters } from '../erase-counters.js';
import { MtdReference } from '../forms.js';
import { inUbi } from '../keep-place.js';
import { keptOutlook, keptRefusal, withKeptVolumes } from '../kept-volumes.js';
import type { Consent, Job, Outlook, Refusal, TargetFacts, TargetKind } from '../kind.js';
import type { Pieces } from '../pieces.js';
import { ubiPrograms } from '../programs.js';
import { archiveElsewhere, withoutFormat } from '../refusals.js';
import { compareStream, planStream, writeStream } from '../stream.js';
import { readBack, verifyPieces } from '../verify.js';
import { ubiVolume } from './ubi-volume.js';

const form = Type.Object(
  {
    ubi: about('every volume of the UBI on an MTD, at once', MtdReference),
    keep: optional(
      Type.Array(Line('the name of a UBI volume, and no range: UBI moves what it holds'), {
        minItems: 1,
        title:
          'volumes whose content is saved on your machine before the layout is written, and put into the volumes of the same names after that; default: none',
        description: 'names of UBI volumes',
      }),
    ),
  },
  { ...strict, title: 'a whole ubinized layout, written with ubiformat' },
);

/** A whole ubinized layout on an MTD, written with ubiformat so that the erase counters stay. */
export const ubi: TargetKind<typeof form> = {
  name: 'ubi',
  form,
  places: { ubi: 'a whole UBI, { ubi: { mtd: … } }' },
  programs: ubiPrograms,
  kernel: ['ubi'],
  args: (spec) => [spec.ubi.mtd],
  parts: ({ ubi: on, keep = [] }) =>
    [...new Set(keep)].map((name) => ({
      name,
      kind: ubiVolume,
      args: [ubiVolume.name, ...ubiVolume.args({ 'ubi-volume': name, on })],
    })),
  check: (image, facts, consent) =>
    misfit(image, facts) ??
    keptRefusal(image, facts) ??
    lostVolumes(image, facts, consent) ??
    counterRefusal(facts, consent),
  keepPlace: inUbi,
  outlook,
  inspect: inspectCounters,
  compare: async (context, job) => {
    if (isOneLayout(job)) await compareStream(context, job, groupsOf(job));
  },
  plan: (image, onMedium, node, facts) =>
    withKeptVolumes(planStream(image, onMedium, node, 'body'), node, facts),
  write: writeStream,
  verify: async (context, job, lease) => {
    // It is not whole before the kept volumes are back: that is noted then.
    if (job.facts.keeps?.length) await readBack(context, job, groupsOf(job));
    else await verifyPieces(context, job, lease, groupsOf(job));
    return { counters: await compareCounters(context, job) };
  },
};

function outlook(
  { ubi: layout }: ImageIndex,
  facts: TargetFacts,
  { acceptCounterLoss }: Consent,
): Outlook {
  const { name, volumes = [], keeps = [] } = facts;
  const of = keptOutlook(facts);
  const overwritten = volumes.filter((volume) => keeps.every((kept) => kept.name !== volume));
  const gone = overwritten.filter((volume) => !layout?.volumes.includes(volume));
  return {
    lost: [
      volumes.length === 0
        ? `all that is on ${name}`
        : `the content of every ${keeps.length > 0 ? 'other ' : ''}volume on ${name}: ${overwritten.join(', ') || 'there is none'}`,
      ...(gone.length > 0 ? [`for good, the volumes ${gone.join(', ')}`] : []),
      ...of.lost,
    ],
    kept: [
      ...of.kept,
      acceptCounterLoss
        ? 'the erase counters as far as they can be read'
        : 'the erase counters of all eraseblocks',
      'the MTDs that share no flash with it',
    ],
    cut: `The layout is then half the old one and half the new one. What boots from it does not boot.${of.cut}`,
    cutLeaves: 'nothing',
  };
}

/** Groups of eraseblocks without their erase counter headers, which ubiformat rewrites. */
function groupsOf({ image }: Job): Pieces {
  const { bodies = [], pebSize = 1 } = image.ubi ?? {};
  return { hashes: bodies, bytes: pebsInGroup(pebSize) * pebSize };
}

/**
 * Whether the eraseblocks hold one layout with the image's offsets. The incomplete layout that an interrupted ubiformat
 * leaves is not worth comparing.
 */
const isOneLayout = ({ image, state, facts }: Job): boolean =>
  image.ubi !== undefined && soundHeaders(state.before, image.ubi, facts.bad_blocks ?? 0);

/** Tells of volumes on the medium that the image does not hold, unless a person has said that they may go. */
function lostVolumes(
  image: ImageIndex,
  { volumes = [], keeps = [] }: TargetFacts,
  { dropVolumes }: Consent,
): Refusal | undefined {
  const stay = [...(image.ubi?.volumes ?? []), ...keeps.map(({ name }) => name)];
  const doomed = volumes.filter((name) => !stay.includes(name));
  if (doomed.length === 0 || dropVolumes) return undefined;
  return {
    code: 'VOLUMES_AT_RISK',
    message: `the image does not hold ${doomed.join(', ')}, which would be gone`,
    hint: 'Make an image that holds them, list them under keep of the target, or consent with --drop-volumes.',
    data: { volumes: doomed },
  };
}

function misfit(image: ImageIndex, facts: TargetFacts): Refusal | undefined {
  const archive = archiveElsewhere(image, facts);
  if (archive) return archive;
  if (!image.ubi) {
    return {
      code: 'IMAGE_FORMAT',
      message: `${facts.name} takes a ubinized image, the image is ${image.format === 'unknown' ? withoutFormat(image) : image.format}`,
      hint: 'A file system for one volume goes to a ubi-volume target.',
    };
  }
  if (image.ubi.pebSize !== facts.peb_size) {
    return {
      code: 'IMAGE_FORMAT',
      message: `the image was made for eraseblocks of ${image.ubi.pebSize} bytes, ${facts.name} has ${facts.peb_size}`,
      hint: 'Make it anew: ubinize -p.',
    };
  }
  if (facts.min_io !== undefined && image.ubi.vidHeaderOffset % facts.min_io !== 0) {
    return {
      code: 'IMAGE_FORMAT',
      message: `the image puts its volume headers at ${image.ubi.vidHeaderOffset}, ${facts.name} writes in units of ${facts.min_io}`,
      hint: 'Make it anew: ubinize -m, -s.',
    };
  }
  const room = facts.size - (facts.bad_blocks ?? 0) * facts.peb_size;
  if (image.length > room) {
    return {
      code: 'IMAGE_TOO_LARGE',
      message: `the image has ${image.length} bytes, ${facts.name} has ${room} in good eraseblocks`,
    };
  }
  return undefined;
}
