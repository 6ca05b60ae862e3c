/** What devices have told, as recorded from the lab, and odd devices made up in the same words. */
import { readFileSync } from 'node:fs';
import type { Facts } from '../../../../src/device/facts.js';
import { parseProbeFacts, type ProbeFacts } from '../../../../src/device/probe-facts.js';
import { factsOf, nothingElse, told, withOwed } from '../../device/told.js';

export interface Recorded {
  facts: Facts;
  probed: ProbeFacts;
}

export function read(text: string): Recorded {
  const facts = factsOf(text);
  return { facts, probed: parseProbeFacts(told(withOwed(text)), facts, nothingElse) };
}

const recording = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

export const routerText = recording('router.facts');
export const sbcText = recording('sbc.facts');

/** A device that tells only these things, each a line. */
export const invented = (...lines: string[]): Recorded =>
  read(['levitate-facts=1', ...lines, 'end=yes', 'probe-end=yes'].join('\n'));

/** An access point with NOR and NAND, a USB disk beside its eMMC, and names that nobody sane would give. */
export const oddDevice = invented(
  'state=normal',
  'uid=0',
  'machine=mips',
  'byte-order=little',
  'kernel=5.15.0',
  'hostname=Bob: "AP" #2',
  'memtotal-kib=60000',
  'memavailable-kib=40000',
  'compatible=acme,ap: 2, rev "b"',
  'compatible=acme,soc-7621',
  'mtd=mtd0 00030000 00010000 u-boot',
  'mtd=mtd1 00010000 00010000 u-boot-env',
  'mtd=mtd2 00010000 00010000 factory',
  'mtd=mtd3 00fb0000 00010000 my firmware # 1',
  'mtd=mtd4 08000000 00020000 UBI "main", part',
  'mtd=mtd5 04000000 00020000 second',
  'mtd=mtd6 04000000 00020000 second',
  'mtd=mtd7 01000000 00010000 spi0.0',
  'mtd=mtd8 00800000 00010000 rootfs',
  'mtd=mtd9 00100000 00010000 bootsplash',
  ...[0, 3, 7, 8, 9].map((n) => `mtd-type=mtd${n} nor`),
  'mtd-read-only=mtd9',
  'mtd-shared=mtd3 8 7 ',
  'mtd-shared=mtd7 0 1 2 3 8 9 ',
  'mtd-type=mtd4 nand',
  'ubi=ubi0 mtd4',
  'ubi=ubi1 mtd5',
  'ubi=ubi10 mtd6',
  'ubi-volume=ubi0_0 10 126976 rootfs data',
  'ubi-volume=ubi0_1 10 126976 rootfs_data',
  'ubi-volume=ubi1_0 10 126976 Rootfs-Data',
  'ubi-volume=ubi10_0 10 126976 ubootenv',
  'swap=/dev/sda2',
  'swap=/dev/zram0',
  'block=mmcblk0 7634944',
  'block=mmcblk0boot0 8192',
  'block=mmcblk0p1 2048',
  'block=mmcblk0p2 200000',
  'block=mmcblk0p3 200000',
  'block=sda 1000000',
  'block=sda1 500000',
  'block=sda2 100000',
  'block=sda3 2',
  'block=sda4 100000',
  'block=dm-0 1000',
  'disk=mmcblk0 - 0 ',
  'disk=mmcblk0boot0 - 1 ',
  'disk=mmcblk0p1 mmcblk0 0 U-Boot',
  'disk=mmcblk0p2 mmcblk0 0 EFI: "slot A", old',
  'disk=mmcblk0p3 mmcblk0 0 system',
  'disk=sda - 0 ',
  'disk=sda1 sda 0 System',
  'disk=sda2 sda 0 ',
  'disk=sda3 sda 0 ',
  'disk=sda4 sda 1 ',
  'disk=dm-0 - 0 ',
  'mounted=mmcblk0p3 ro squashfs /rom # here',
  'watchdog=watchdog0 inactive 60 0 idle dog',
  'watchdog=watchdog1 active 600 1 big: dog # 1',
  'watchdog-feeder=watchdog1 77 dogd',
  'ssh-connection=::ffff:10.0.0.9 4000 ::ffff:10.0.0.1 2222',
  'interface=br-lan bridge up -',
  'interface=wlan0 wifi up br-lan',
  'interface=eth0.2 vlan up -',
  'address=br-lan 10.0.0.1/24',
  'address=eth0.2 192.0.2.7/24 dynamic',
  'console=tty0',
);
