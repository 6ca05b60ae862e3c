/** The environment block of GRUB as levitate reads and changes it. */
import { loaderOf } from '../src/boot-loader/loaders.js';
import type { SlotChange, SlotRecord } from '../src/boot-loader/slot-record.js';

const grub = loaderOf({
  loader: 'grubenv',
  environment: [{ device: '/dev/v2', file: '/grubenv' }],
  slots: {},
});

export const readBlock = (block: Uint8Array): SlotRecord => grub.read({ block });

export const changeBlock = (block: Uint8Array, change: SlotChange): Uint8Array =>
  grub.change({ block }, change)[0]!.bytes;
