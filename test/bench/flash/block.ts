/** Rows of a disk: levitate in turns with what a person would type instead, on the same device and the same bytes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chunkSize } from '../../../src/image/image.js';
import { deviceArtifacts } from '../../lab/index.js';
import type { Bed, Limits } from './bed.js';
import { beginning, changed, emptied, noise } from './content.js';
import { beyond, flash, ratioRow, type Flashed, type Row } from './measure.js';

/** Chunks of an image; of one that is as large as a system, so that what is looked at before and after it weighs what it does. */
const chunks = 64;
const ofSystem = 192;
/** Chunks of an image that takes next to nothing by its bytes. */
const few = 2;
const rounds = 3;

const dd = 'dd of=/dev/vda bs=1M iflag=fullblock conv=fsync 2>/dev/null';
/** What a person would type; `$1` is the image. */
const rivals = {
  dd: `on '${dd}' <"$1"`,
  gzip: `gzip -1 -c "$1" | on 'gunzip | ${dd}'`,
  xz: `xz -T0 -c "$1" | on 'unxz | ${dd}'`,
};
type Rival = keyof typeof rivals;

interface Turn {
  /** What grows with the image. */
  ours: Flashed;
  fixed: Flashed;
  /** Seconds of each rival, less those of a connection. */
  rivals: Partial<Record<Rival, number>>;
}

/** Lets levitate and its rivals write the same image over the same medium, in turns. */
async function turns(bed: Bed, { image, medium, limits = {}, against }: Contest): Promise<Turn[]> {
  const folder = await mkdtemp(join(tmpdir(), 'levitate-bench-'));
  const file = join(folder, 'image');
  const small = join(folder, 'small');
  try {
    await writeFile(file, image);
    await writeFile(small, noise(few));
    await bed.limit(limits);
    const done: Turn[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await bed.fill(noise(few));
      const fixed = await flash(bed, `disk=raw:${small}`, limits);
      await bed.fill(medium);
      const ours = await flash(bed, `disk=raw:${file}`, limits);
      await bed.expect(image);
      const seconds: Turn['rivals'] = {};
      for (const rival of against) {
        await bed.fill(medium);
        const connection = await bed.shell('on true', limits, []);
        seconds[rival] = (await bed.shell(rivals[rival], limits, [file])) - connection;
        await bed.expect(image);
      }
      done.push({
        ours: beyond(fixed, ours, few / (image.length / chunkSize)),
        fixed,
        rivals: seconds,
      });
    }
    return done;
  } finally {
    await bed.limit({});
    await rm(folder, { recursive: true });
  }
}

interface Contest {
  image: Buffer;
  /** What the medium holds before each turn. */
  medium: Buffer;
  limits?: Limits;
  against: Rival[];
}

const rowOf = (
  what: string,
  part: 'work' | 'write',
  rival: string,
  limit: number,
  done: Turn[],
  against: (turn: Turn) => number,
): Row =>
  ratioRow(
    what,
    rival,
    limit,
    done.map((turn) => ({ ours: turn.ours[part], against: against(turn) })),
  );

const best = (turn: Turn): number => Math.min(...Object.values(turn.rivals));

/** Seconds that so many bytes a second take for the whole image. */
const physical = (rate: number) => () => (chunks * chunkSize) / rate;

/** What a command takes whatever the size of the image, beside what it takes for this one. */
const fixedRow = (done: Turn[]): Row =>
  ratioRow(
    'fixed cost, told apart above',
    'the rest',
    Infinity,
    done.map(({ ours, fixed }) => ({ ours: fixed.seconds, against: ours.seconds })),
  );

/** An image of which no chunk is on the medium, against `ssh dd`. */
const differing = (bed: Bed, limits: Limits = {}, count = chunks): Promise<Turn[]> =>
  turns(bed, { image: noise(count), medium: noise(count), limits, against: ['dd'] });

export const blockRows: Record<string, (bed: Bed) => Promise<Row[]>> = {
  full: async (bed) => {
    const done = await differing(bed, {}, ofSystem);
    const dd = (turn: Turn) => turn.rivals.dd ?? NaN;
    return [
      rowOf('all differs', 'work', 'ssh dd', 1.5, done, dd),
      rowOf('all differs, write alone', 'write', 'ssh dd', 1.1, done, dd),
      fixedRow(done),
    ];
  },
  medium: async (bed) => {
    const limits = { medium: 8e6 };
    const done = await differing(bed, limits);
    return [
      rowOf('medium of 8 MB/s, write', 'write', 'limit', 1.1, done, physical(limits.medium)),
      rowOf('medium of 8 MB/s, all', 'work', 'ssh dd', Infinity, done, best),
    ];
  },
  link: async (bed) => {
    const limits = { link: 2.5e6 };
    const done = await differing(bed, limits);
    return [
      rowOf('link of 2.5 MB/s, write', 'write', 'limit', 1.1, done, physical(limits.link)),
      rowOf('link of 2.5 MB/s, all', 'work', 'limit', 1.15, done, physical(limits.link)),
      rowOf('link of 2.5 MB/s, all', 'work', 'ssh dd', Infinity, done, best),
    ];
  },
  real: async (bed) => {
    const { v2 } = await deviceArtifacts('sbc-systemd');
    const image = await beginning(v2.root, ofSystem);
    const limits = { link: 2.5e6 };
    const done = await turns(bed, {
      image,
      medium: noise(ofSystem),
      limits,
      against: ['gzip', 'xz'],
    });
    return [rowOf('real image, link of 2.5 MB/s', 'work', 'best of gzip, xz', 1, done, best)];
  },
  empty: async (bed) => {
    const image = emptied(noise(chunks), 0.6);
    const done = await turns(bed, { image, medium: noise(chunks), against: ['dd', 'gzip'] });
    return [rowOf('60 % empty', 'work', 'best of dd, gzip', 0.5, done, best)];
  },
  part: async (bed) => {
    const image = noise(chunks);
    const full = await turns(bed, { image, medium: noise(chunks), against: [] });
    const done = await turns(bed, { image, medium: changed(image, 0.05), against: ['dd'] });
    const own = (turn: Turn) => full[done.indexOf(turn)]?.ours.work ?? NaN;
    return [
      rowOf('5 % differ', 'work', 'own full', 0.35, done, own),
      rowOf('5 % differ', 'work', 'ssh dd', 1, done, best),
    ];
  },
  same: async (bed) => {
    const image = noise(chunks);
    const full = await turns(bed, { image, medium: noise(chunks), against: [] });
    const done = await turns(bed, { image, medium: image, against: [] });
    if (done.some(({ ours }) => ours.sentBytes !== 0)) throw new Error('bench: something was sent');
    const own = (turn: Turn) => full[done.indexOf(turn)]?.ours.work ?? NaN;
    return [rowOf('nothing differs', 'work', 'own full', 0.25, done, own)];
  },
};
