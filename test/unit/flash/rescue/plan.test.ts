import { describe, expect, test } from 'vitest';
import { placeRescue } from '../../../../src/flash/rescue/plan.js';
import { archiveAt, rescueBytes } from '../../../../src/flash/rescue/size.js';

const mib = 1024 * 1024;
const size = { firmware: 'bios' as const, kernelBytes: 14 * mib + 1, archiveBytes: 8 * mib };
const room = { diskBytes: 300 * mib, imageEnd: 100 * mib, spared: [], partitions: [] };
const backup = 33 * 512;

describe('the place of a rescue', () => {
  test('is GRUB, a page, the kernel in whole sectors and the archive, in whole MiB', () => {
    expect(archiveAt(size, rescueBytes(size))).toBe(mib + 4096 + 14 * mib + 512);
    expect(rescueBytes(size) % mib).toBe(0);
    expect(rescueBytes(size) - archiveAt(size, rescueBytes(size)) - size.archiveBytes).toBeLessThan(
      mib,
    );
  });

  test('is as far behind as it fits, before the copy of the partition table', () => {
    const place = placeRescue(size, room);
    if ('why' in place) throw new Error(place.why);
    const end = place.offset + place.length;
    expect(end).toBeLessThanOrEqual(room.diskBytes - backup);
    expect(end + 4096).toBeGreaterThan(room.diskBytes - backup);
    expect(place.offset % 4096).toBe(0);
  });

  test.each([
    ['the image ends where it begins', 0, true],
    ['the image has a byte more', 1, false],
    ['the image has a sector more', 512, false],
    ['the image ends a sector before', -512, true],
    ['the image ends in the sector before it', -511, true],
  ])('%s', (_, more, fits) => {
    const place = placeRescue(size, room);
    if ('why' in place) throw new Error(place.why);
    const again = placeRescue(size, { ...room, imageEnd: place.offset + more });
    expect(again).toEqual(
      fits ? place : { why: expect.stringContaining('and 512 bytes are missing there') as string },
    );
  });

  test.each([
    ['exactly as large as it has to be', 0, true],
    ['a sector too small', -512, false],
  ])('a disk that is %s', (_, more, fits) => {
    const diskBytes = room.imageEnd + rescueBytes(size) + backup;
    // The copy of the table ends with the disk, and a rescue lies in whole pages.
    const whole = Math.ceil((diskBytes - backup) / 4096) * 4096 + backup;
    const place = placeRescue(size, { ...room, diskBytes: whole + more });
    expect('offset' in place).toBe(fits);
  });

  test('there is none behind an image as large as its disk', () => {
    for (const imageEnd of [room.diskBytes, room.diskBytes - backup])
      expect(placeRescue(size, { ...room, imageEnd })).toEqual({
        why: 'it takes 24 MiB behind the image, before the copy of the partition table at the end of the disk, and the image fills the disk, or its partition table claims all of it',
      });
  });

  test('what is missing is never more than what it takes', () => {
    const why = (about: { imageEnd?: number; spared?: { offset: number; length: number }[] }) =>
      placeRescue(size, { ...room, ...about });
    expect(why({ imageEnd: 290 * mib })).toMatchObject({
      why: expect.stringMatching(/^it takes 24 MiB .*, and 14 MiB are missing there$/) as string,
    });
    const spared = [{ offset: 50 * mib, length: 249 * mib }];
    expect(why({ spared })).toMatchObject({
      why: expect.stringMatching(/^it takes 24 MiB .*, and no place there is as large$/) as string,
    });
  });

  test('it lies around what is never written', () => {
    const last = { offset: 290 * mib, length: mib };
    const place = placeRescue(size, { ...room, spared: [last] });
    expect(place).toEqual({
      offset: last.offset - rescueBytes(size),
      length: rescueBytes(size),
      within: [],
    });
    const both = [{ offset: 280 * mib, length: mib }, last];
    expect(placeRescue(size, { ...room, spared: both })).toMatchObject({
      offset: 280 * mib - rescueBytes(size),
    });
    const far = [{ offset: 110 * mib, length: mib }];
    expect(placeRescue(size, { ...room, spared: far })).toEqual(placeRescue(size, room));
  });

  describe('with partitions behind the image', () => {
    const data = { node: '/dev/vda3', label: 'data', offset: 200 * mib, length: 99 * mib };
    const place = (partitions: (typeof data)[]) => placeRescue(size, { ...room, partitions });

    test('it lies where there is none, if it fits there', () => {
      expect(place([data])).toEqual({
        ...{ offset: data.offset - mib - rescueBytes(size), length: rescueBytes(size), within: [] },
      });
      const gap = { ...data, offset: 120 * mib, length: 140 * mib };
      expect(place([gap])).toEqual(placeRescue(size, room));
      const before = { ...data, node: '/dev/vda2', offset: 150 * mib, length: 10 * mib };
      expect(place([data, before])).toEqual(place([data]));
    });

    test('else at the end, and says in which', () => {
      const full = { ...data, offset: 50 * mib, length: 250 * mib - backup };
      expect(place([full])).toEqual({ ...placeRescue(size, room), within: ['/dev/vda3 (data)'] });
      const other = { ...data, node: '/dev/vda4', label: '', offset: 50 * mib, length: 240 * mib };
      const rest = { ...data, offset: 290 * mib, length: 10 * mib - backup };
      expect(place([other, rest])).toMatchObject({ within: ['/dev/vda4', '/dev/vda3 (data)'] });
    });

    test('and never in what is never written', () => {
      const spared = [{ offset: 180 * mib, length: 10 * mib }];
      const around = placeRescue(size, { ...room, partitions: [data], spared });
      expect(around).toMatchObject({ offset: 180 * mib - rescueBytes(size), within: [] });
    });
  });

  test('there is none where the first sector is never written, or no BIOS reaches', () => {
    const spared = [{ offset: 0, length: 512 }];
    expect(placeRescue(size, { ...room, spared })).toMatchObject({
      why: expect.stringContaining('first sector') as string,
    });
    const large = 2 ** 41 + 40 * mib;
    expect(placeRescue(size, { ...room, diskBytes: large })).toMatchObject({
      why: expect.stringContaining('2 TiB') as string,
    });
  });
});
