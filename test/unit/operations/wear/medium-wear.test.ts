import { describe, expect, it } from 'vitest';
import { counterWear } from '../../../../src/operations/wear/counter-wear.js';
import { diskWear, mtdWear } from '../../../../src/operations/wear/medium-wear.js';
import { header } from './headers.js';
import { everyKind, healthOf } from './health.js';

const [nor, nand] = everyKind.mtds;

describe('mtdWear', () => {
  it('has what kernel and UBI count', () => {
    expect(mtdWear(nand!, 0, counterWear([header(9)]))).toMatchObject({
      ...{ device: 'mtd3', kind: 'mtd', name: 'ubi', bytes: 48 << 20, missing: [] },
      mtd: {
        ...{ type: 'nand', eraseblockBytes: 131_072, badBlocks: 3, badBlockTable: 4 },
        ...{ failedReads: 0, correctedBits: 12, ubi: 'ubi0', highestCounter: 9, reserved: 17 },
      },
      counters: { valid: 1 },
    });
  });

  it('says that nothing counts where no UBI is, and has no bad blocks for what has none', () => {
    const medium = mtdWear(nor!, 0);
    expect(medium.missing).toEqual(['no UBI is on it: nothing counts how often it was erased']);
    expect(medium.mtd).toEqual({ type: 'nor', eraseblockBytes: 65_536 });
  });

  it('says who may read it to whoever may not', () => {
    const closed = { ...nand!, node: undefined };
    expect(mtdWear(closed, 1000).missing).toEqual([
      'only root may read mtd3: log in as root, or as a user with sudo',
    ]);
    expect(mtdWear(closed, 0).missing).toEqual([
      'mtd3 has no device node, without which nothing reads it',
    ]);
  });

  it('says what an old kernel does not show', () => {
    const { mtds } = healthOf(
      'mtd=mtd0 00100000 00010000 ubi',
      'mtd-type=mtd0 nand',
      'mtd-health=mtd0 - - - -',
      'mtd-node=mtd0 /dev/mtd0',
    );
    expect(mtdWear(mtds[0]!, 0).missing).toContain(
      'this kernel does not show how many bad blocks it has',
    );
  });
});

describe('diskWear', () => {
  const disks = Object.fromEntries(everyKind.disks.map((disk) => [disk.device, diskWear(disk)]));
  it('knows what each kind tells', () => {
    expect(disks['mmcblk0']).toMatchObject({
      kind: 'emmc',
      emmc: { lifeA: { from: 10, to: 20 }, lifeB: { from: 0, to: 10 }, reserved: 'normal' },
      missing: [],
    });
    expect(disks['nvme0n1']).toMatchObject({
      kind: 'nvme',
      name: 'ACME SSD',
      nvme: { percentageUsed: 12, spare: 98, mediaErrors: 0 },
      missing: [],
    });
    expect(disks['mmcblk1']).toMatchObject({ kind: 'sd', missing: [/SD cards/] });
    expect(disks['vda']).toMatchObject({ kind: 'disk', missing: [/nothing in the kernel/] });
  });

  it('says why an NVMe or an eMMC tells nothing', () => {
    const [silent, refused, helper, old] = healthOf(
      'wear-disk=nvme0n1 100 x',
      'wear-disk=nvme1n1 100 x',
      'nvme-smart=nvme1n1 smartctl Permission denied ',
      'wear-disk=nvme2n1 100 x',
      'nvme-smart=nvme2n1 helper /dev/nvme2n1 cannot be asked: it refuses ',
      'wear-disk=mmcblk0 100 x',
      'mmc=mmcblk0 MMC 0x00 0x00 0x00',
    ).disks.map((disk) => diskWear(disk).missing.join());
    expect(silent).toMatch(/smartctl .* nvme .* the device has none of them/);
    expect(refused).toBe('smartctl does not tell its wear: Permission denied');
    expect(helper).toBe('helper does not tell its wear: /dev/nvme2n1 cannot be asked: it refuses');
    expect(old).toMatch(/eMMC 5\.0/);
  });
});
