import type { DiskHealth, MtdHealth } from '../../device/gather-wear.js';
import type { CounterWear } from './counter-wear.js';
import { emmcWear, type EmmcWear } from './emmc.js';
import { nvmeWear, type NvmeWear } from './nvme.js';

/** What one MTD or disk tells of its wear. */
export interface MediumWear {
  /** Such as `mtd3`, `mmcblk0`. */
  device: string;
  /** What it is. */
  kind: 'mtd' | 'emmc' | 'sd' | 'nvme' | 'disk';
  /** The name of an MTD, the model of a disk; empty where there is none. */
  name: string;
  /** Bytes. */
  bytes: number;
  /** Names by which it was asked for; none where everything was. */
  targets: string[];
  /** What it does not tell, and why: sentences for people without a full stop, whose words may change. */
  missing: string[];
  /** Of an MTD. */
  mtd?: MtdWear;
  /** The erase counters of the UBI on it, where they can be read. */
  counters?: CounterWear;
  /** Of an eMMC. */
  emmc?: EmmcWear;
  /** Of an NVMe. */
  nvme?: NvmeWear;
}

/** What the kernel counts for an MTD; a count that it does not show is absent. */
export interface MtdWear {
  /** `nor`, `nand` and the like. */
  type: string;
  /** Bytes of an eraseblock. */
  eraseblockBytes: number;
  /** Eraseblocks that are marked bad. */
  badBlocks?: number;
  /** Eraseblocks that hold the table of bad ones. */
  badBlockTable?: number;
  /** Reads that ECC could not correct, since the kernel started. */
  failedReads?: number;
  /** Bits that ECC has corrected, since the kernel started. */
  correctedBits?: number;
  /** The UBI device that is attached to it, such as `ubi0`. */
  ubi?: string;
  /** The highest erase counter, as the attached UBI says; an eraseblock that is not written yet counts there as well. */
  highestCounter?: number;
  /** Eraseblocks that the attached UBI keeps to take the place of bad ones. */
  reserved?: number;
}

/** An MTD; `counters` are those that could be read. Pure. */
export function mtdWear(health: MtdHealth, uid: number, counters?: CounterWear): MediumWear {
  const { device, name, size, type, eraseSize, bad, table, failures, corrected, ubi } = health;
  const mayHaveBad = bad !== undefined && !/^(nor|ram|rom)$/.test(type);
  return {
    ...{ device, kind: 'mtd', name, bytes: size, targets: [] },
    missing: missingOf(health, uid, counters),
    mtd: {
      ...{ type, eraseblockBytes: eraseSize },
      ...known({
        badBlocks: mayHaveBad ? bad : undefined,
        badBlockTable: mayHaveBad ? table : undefined,
        failedReads: mayHaveBad ? failures : undefined,
        correctedBits: mayHaveBad ? corrected : undefined,
        highestCounter: ubi?.highest,
        reserved: mayHaveBad ? ubi?.reserved : undefined,
      }),
      ...(ubi ? { ubi: ubi.device } : {}),
    },
    ...(counters ? { counters } : {}),
  };
}

function missingOf({ device, hasUbi, type, node, bad }: MtdHealth, uid: number, counters?: object) {
  const missing: string[] = [];
  if (node === undefined)
    missing.push(
      uid === 0
        ? `${device} has no device node, without which nothing reads it`
        : `only root may read ${device}: log in as root, or as a user with sudo`,
    );
  else if (!hasUbi) missing.push('no UBI is on it: nothing counts how often it was erased');
  else if (!counters) missing.push('its erase counters were not read');
  if (/nand/.test(type) && bad === undefined)
    missing.push('this kernel does not show how many bad blocks it has');
  return missing;
}

/** A disk. Pure. */
export function diskWear({ device, model, size, mmc, nvme }: DiskHealth): MediumWear {
  const about = { device, name: model, bytes: size, targets: [] };
  if (mmc && mmc.type !== 'MMC')
    return { ...about, kind: 'sd', missing: ['SD cards do not tell their wear'] };
  if (mmc) {
    const emmc = emmcWear(mmc);
    const tells = Object.keys(emmc).length > 0;
    return {
      ...{ ...about, kind: 'emmc', emmc },
      missing: tells
        ? []
        : ['it does not tell its life time, which eMMC 5.0 and Linux 4.7 or newer do'],
    };
  }
  if (!/^nvme/.test(device))
    return { ...about, kind: 'disk', missing: ['nothing in the kernel tells its wear'] };
  const found = nvme && nvmeWear(nvme.printed);
  if (found) return { ...about, kind: 'nvme', missing: [], nvme: found };
  const why = nvme
    ? `${nvme.program} does not tell its wear: ${nvme.printed.trim().slice(0, 200) || 'it prints nothing'}`
    : 'an NVMe tells its wear to smartctl (smartmontools), nvme (nvme-cli) or the helper of a ready root, and the device has none of them';
  return { ...about, kind: 'nvme', missing: [why] };
}

/** Only what is known. */
const known = <T extends Record<string, number | undefined>>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: number;
  };
