/** Bytes of a sector, and of a cluster as well. */
export const sector = 512;
/** Sectors in front of the first table. */
export const reservedSectors = 32;
/** A volume with fewer clusters than this is none of FAT32 (Microsoft, FAT32 File System Specification 1.03, "FAT Type Determination"). */
const fewestClusters = 65_525;
/** Clusters whose numbers a sector of a table has. */
const perSector = sector / 4;

/** Where the parts of a FAT32 volume lie, whose clusters are sectors. */
export interface FatGeometry {
  /** Sectors of the volume. */
  sectors: number;
  /** Sectors of each of its two tables. */
  tableSectors: number;
  /** The sector of its first cluster, which is number 2. */
  dataSector: number;
  /** How many clusters it has. */
  clusters: number;
}

/**
 * Divides a FAT32 volume. Pure.
 * @param bytes of the volume, in whole sectors
 */
export function fatGeometry(bytes: number): FatGeometry {
  const sectors = bytes / sector;
  const tableSectors = Math.ceil((sectors - reservedSectors + 2) / (perSector + 2));
  const dataSector = reservedSectors + 2 * tableSectors;
  return { sectors, tableSectors, dataSector, clusters: sectors - dataSector };
}

/** Whether a volume of so many bytes can be one of FAT32. Pure. */
export const isFat32 = (bytes: number): boolean => fatGeometry(bytes).clusters >= fewestClusters;
