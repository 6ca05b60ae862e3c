import { Type } from '@sinclair/typebox';
import { fact } from './fact.js';

/** What flash tells of its wear; `-` stands for what a kernel does not show. */
export const ToldWearFacts = Type.Object({
  'mtd-health': fact(
    'counts of the kernel: DEVICE BAD BBT FAILURES CORRECTED: bad eraseblocks, those of the table of bad ones, reads that failed, and bits that were corrected',
    /^[^ ]+( ([0-9]+|-)){4}$/,
  ),
  'mtd-node': fact('by what the login can read an MTD: DEVICE NODE', /^[^ ]+ \/[^ ]+$/),
  'mtd-holds-ubi': fact('an MTD with UBI on it, attached or not', /^[^ ]+$/),
  'ubi-health': fact(
    'of an attached UBI: DEVICE HIGHEST BAD RESERVED: the highest erase counter, bad PEBs, and PEBs kept for more of them',
    /^[^ ]+( ([0-9]+|-)){3}$/,
  ),
  'wear-disk': fact('a whole disk: DEVICE SECTORS MODEL, sectors of 512 bytes', /^[^ ]+ [0-9]+ /),
  mmc: fact(
    'an eMMC or SD card: DEVICE TYPE RESERVED LIFE-A LIFE-B, in the numbers of EXT_CSD (JESD84-B51)',
    /^[^ ]+ [^ ]+ [^ ]+ [^ ]+ [^ ]+$/,
  ),
  'nvme-smart': fact(
    'the SMART log of an NVMe: DEVICE PROGRAM JSON',
    /^[^ ]+ (smartctl|nvme|helper) /,
  ),
  'wear-end': fact('nothing is missing behind: yes', /^yes$/),
});
