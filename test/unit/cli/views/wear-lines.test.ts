import { expect, it } from 'vitest';
import { wearLines } from '../../../../src/cli/views/wear-lines.js';
import { reportCounters } from '../../../../src/flash/counter-report.js';
import { counterWear } from '../../../../src/operations/wear/counter-wear.js';
import { diskWear, mtdWear } from '../../../../src/operations/wear/medium-wear.js';
import { damaged, erased, header } from '../../operations/wear/headers.js';
import { everyKind } from '../../operations/wear/health.js';

const { mtds, disks } = everyKind;
const today = new Date('2026-11-28T12:00:00Z');
const ofUbi = (headers: string[]) => mtdWear(mtds[1]!, 0, counterWear(headers));

it('shows each medium within 60 columns', () => {
  const ubi = ofUbi([...Array<string>(370).fill(header(2)), header(4), header(4), erased, damaged]);
  const media = [mtdWear(mtds[0]!, 0), { ...ubi, targets: ['system'] }, ...disks.map(diskWear)];
  expect(wearLines({ host: 'pi@box', where: 'normal', media }, {}, today).join('\n')).toBe(
    `
pi@box runs its own system.
mtd0 u-boot: MTD (nor), 1 MiB, eraseblocks of 64 KiB
  not told: no UBI is on it: nothing counts how often it was
            erased
mtd3 ubi: MTD (nand), 48 MiB, eraseblocks of 128 KiB, UBI
ubi0, asked for as system
  erase counters: lowest 2, mean 2.01, highest 4
  eraseblocks: 372 of 374 have a counter; 1 erased, 1 bad or
               damaged
    2  370  ################################################
    3    0
    4    2  #
  bad blocks: 3
  kept to replace bad blocks: 17
  reads that failed since it started: 0
  bits corrected since it started: 12
mmcblk0 8GTF4R: eMMC, 7.28 GiB
  life time used, type A: 10 to 20 %
  life time used, type B: 0 to 10 %
  reserved blocks: normal
mmcblk1 SC32G: SD card, 29.7 GiB
  not told: SD cards do not tell their wear
nvme0n1 ACME SSD: NVMe, 238 GiB
  life time used: 12 %
  spare capacity left: 98 %
  media errors: 0
vda: disk, 48 MiB
  not told: nothing in the kernel tells its wear
Keep the counters, to compare with later (--before):
  levitate wear pi@box --json >wear-2026-11-28.json`.slice(1),
  );
});

it('stays within 60 columns for thousands of eraseblocks, and with an earlier look', () => {
  const then = Array.from({ length: 65_536 }, (_, index) => header(99_000 + (index % 900)));
  const now = then.map((_, index) => header(99_100 + (index % 900), index % 2));
  const medium = ofUbi(now);
  const compared = reportCounters(counterWear(then).counters, medium.counters!.counters);
  const media = [{ ...medium, compared }];
  const lines = wearLines({ host: 'pi@box', where: 'maintenance', media, svg: 'wear.svg' });
  expect(lines.filter((line) => line.length > 60)).toEqual([]);
  expect(lines).toContain('  then: lowest 99000, mean 99448.58, highest 99899');
  expect(lines).toContain('  lost: none, reset: none, averaged: none');
  expect(lines.at(-3)).toBe('The picture of the erase counters is in wear.svg.');
});

it('warns of headers of several layouts', () => {
  const media = [ofUbi([header(1, 7), header(1, 8)])];
  expect(wearLines({ host: 'pi@box', where: 'normal', media }).join(' ')).toMatch(
    /warning: the headers are of 2 different layouts/,
  );
});

it('says of a device without flash that there is none', () => {
  expect(wearLines({ host: 'pi@box', where: 'normal', media: [] })).toEqual([
    'pi@box runs its own system.',
    'It shows neither an MTD nor a disk.',
    'See what else it is made of:',
    '  levitate probe pi@box',
  ]);
});

it.each([
  ['a first look', 'normal', true, {}, '  levitate wear pi@box --json >wear-2026-11-28.json'],
  [
    'a look at some targets',
    'maintenance',
    true,
    { targets: ['ubi', 'a b'] },
    "  levitate wear pi@box ubi 'a b' --json >wear-2026-11-28.json",
  ],
  [
    'a comparison',
    'normal',
    true,
    { targets: ['ubi'], before: 'last week.json' },
    "  levitate wear pi@box ubi --before 'last week.json'",
  ],
  ['a look at no counters', 'normal', false, {}, '  levitate probe pi@box'],
  ['a look at no counters in maintenance', 'maintenance', false, {}, '  levitate status pi@box'],
] as const)('ends %s with the next command', (_what, where, counts, asked, command) => {
  const media = [counts ? ofUbi([header(2)]) : mtdWear(mtds[0]!, 0)];
  const given = { ...asked, targets: [...('targets' in asked ? asked.targets : [])] };
  expect(wearLines({ host: 'pi@box', where, media }, given, today).at(-1)).toBe(command);
});
