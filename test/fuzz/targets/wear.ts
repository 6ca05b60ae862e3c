import { gatherFlashHealth } from '../../../src/device/gather-wear.js';
import { counterWear } from '../../../src/operations/wear/counter-wear.js';
import { diskWear, mtdWear } from '../../../src/operations/wear/medium-wear.js';
import { countersSvg } from '../../../src/operations/wear/svg.js';
import { wearLines } from '../../../src/cli/views/wear-lines.js';
import { withOwed } from '../../unit/device/told.js';
import { damaged, erased, header } from '../../unit/operations/wear/headers.js';
import { everyKindText } from '../../unit/operations/wear/health.js';
import { mutateText } from '../mutate.js';
import { judged, type FuzzTarget } from '../target.js';
import { talking } from './device.js';

const recorded = withOwed(
  ['levitate-facts=1', 'state=normal', ...everyKindText, 'wear-end=yes', 'end=yes'].join('\n'),
);

/** What a device tells of its flash, and its headers: refused, or told to a person and drawn. */
export const wearTarget: FuzzTarget = {
  name: 'wear',
  prepare: () =>
    Promise.resolve((random) => {
      const input = mutateText(random, recorded);
      const headers = [header(3), header(70_000), erased, damaged].map((hex) =>
        random.once(2) ? mutateText(random, hex) : hex,
      );
      return judged(
        input,
        () => gatherFlashHealth(talking(input.split('\n'), '')),
        ({ mtds, disks, uid }) => {
          const counters = counterWear(headers);
          const media = [...mtds.map((mtd) => mtdWear(mtd, uid, counters)), ...disks.map(diskWear)];
          JSON.stringify(wearLines({ host: 'fuzz', where: 'normal', media }));
          const { valid, empty, damaged: bad, eraseblocks } = counters;
          if (valid + empty + bad !== eraseblocks) throw new Error('eraseblocks are missing');
          const bins = counters.histogram.map(({ count, ...range }) => ({
            ...range,
            counts: [count],
          }));
          const series = [{ name: 'now', summary: counters }];
          const svg = countersSvg(input, '', [{ title: mtds[0]?.name ?? '', series, bins }]);
          if (/[^\P{Cc}\n]/u.test(svg)) throw new Error('XML has no control characters');
        },
      );
    }),
};
