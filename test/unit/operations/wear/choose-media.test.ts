import { describe, expect, it } from 'vitest';
import { chooseMedia } from '../../../../src/operations/wear/choose-media.js';
import { everyKind, healthOf } from './health.js';

const chosen = (...targets: string[]) => [
  ...chooseMedia(targets, everyKind, new Map([['system', 'mtd3']]), ['system', 'disk']),
];

describe('chooseMedia', () => {
  it('takes everything where nothing is asked for', () => {
    expect(chosen().map(([device]) => device)).toEqual([
      ...['mtd0', 'mtd3', 'mmcblk0', 'mmcblk1', 'nvme0n1', 'vda'],
    ]);
  });

  it.each([
    ['system', 'mtd3'],
    ['ubi', 'mtd3'],
    ['ubi0', 'mtd3'],
    ['mtd3', 'mtd3'],
    ['/dev/mtd3', 'mtd3'],
    ['/dev/mtd3ro', 'mtd3'],
    ['u-boot', 'mtd0'],
    ['mmcblk0', 'mmcblk0'],
    ['/dev/mmcblk0p2', 'mmcblk0'],
    ['mmcblk0boot0', 'mmcblk0'],
    ['nvme0n1p1', 'nvme0n1'],
    ['vda2', 'vda'],
  ])('%s is on %s', (target, device) => {
    expect(chosen(target)).toEqual([[device, [target]]]);
  });

  it('reads what two targets share once', () => {
    expect(chosen('system', 'ubi')).toEqual([['mtd3', ['system', 'ubi']]]);
  });

  it.each(['mtd', 'mtd33', 'mmcblk', 'mmcblk01', 'mmcblk0p', 'vdab', 'nothing', ''])(
    "does not know '%s', and says what there is",
    (target) => {
      expect(() => chosen(target)).toThrow(
        expect.objectContaining({
          code: 'TARGET_UNKNOWN',
          hint: 'Its targets: system, disk. Its flash: mtd0 (u-boot), mtd3 (ubi), mmcblk0, mmcblk1, nvme0n1, vda.',
        }) as Error,
      );
    },
  );

  it('does not choose between MTDs of one name', () => {
    const twice = healthOf('mtd=mtd0 00100000 00010000 ubi', 'mtd=mtd1 00100000 00010000 ubi');
    expect(() => chooseMedia(['ubi'], twice, new Map(), [])).toThrow(
      expect.objectContaining({
        code: 'TARGET_AMBIGUOUS',
        hint: 'Name one of them: mtd0, mtd1.',
      }) as Error,
    );
  });
});
