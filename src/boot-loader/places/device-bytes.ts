import type { LoaderPlace } from '../loader-place.js';

/** Some bytes of a device node. */
export interface DeviceBytes {
  node: string;
  offset: number;
  bytes: number;
}

/** The place that is a range of a block device. Pure. */
export const rangePlace = (range: DeviceBytes): LoaderPlace => placeOf('range', range);

/** The place that is in raw flash, which is erased before it is written. Pure. */
export const mtdPlace = (range: DeviceBytes): LoaderPlace => placeOf('mtd', range);

/** The place that is the beginning of a UBI volume: `/dev/ubi0_1`, or `/dev/ubi0:NAME`. Pure. */
export const volumePlace = ({ node, bytes }: Omit<DeviceBytes, 'offset'>): LoaderPlace => ({
  kind: 'volume',
  words: [node, String(bytes)],
  said: node,
});

const placeOf = (kind: string, { node, offset, bytes }: DeviceBytes): LoaderPlace => ({
  kind,
  words: [node, String(offset), String(bytes)],
  said: `${node} at byte ${offset}`,
});
