/** What a power cut before and after each change of a boot loader leaves, and which slots start then, one power-on after the other. */
import assert from 'node:assert/strict';
import type { BootLoader } from '../../src/boot-loader/loader.js';
import type { LoaderState } from '../../src/boot-loader/loader-place.js';
import type { SlotChange } from '../../src/boot-loader/slot-record.js';
import type { UBootName } from '../lab/build/sbc-uboot.js';
import { startedSlots } from '../lab/loader-machine.js';
import { readCopies, writeCopies } from '../lab/u-boot-files.js';
import { statesOf, uBoot } from '../u-boot-copies.js';

const stage: SlotChange = { do: 'stage-try', slot: 'b', tries: 2 };

/** The changes of a device in slot a, in their order, and what starts after each; before the first one it is a. */
const changes: [change: SlotChange, starts: string][] = [
  [{ do: 'disarm', slot: 'b' }, 'a a'],
  [stage, 'b b a a'],
  [{ do: 'rollback', slot: 'a' }, 'a a'],
  [stage, 'b'],
  [{ do: 'confirm', slot: 'b' }, 'b b b b'],
  [{ do: 'rollback', slot: 'a' }, 'a a'],
];

/** The loader of a board by its profile. */
export const loaderOfBoard = (name: UBootName): BootLoader =>
  name === 'uboot-env'
    ? uBoot()
    : uBoot({
        environment: [{ device: '/dev/vda1', file: '/slots.env' }],
        acceptSingleCopy: true,
        variables: {
          ...{ starts: 'slot', counts: 'bootcount' },
          try: { slot: '$slot', upgrade_available: '1', bootcount: '0', bootlimit: '$tries' },
          start: { slot: '$slot', upgrade_available: '0', bootcount: '0' },
        },
      });

/** Cuts the power before and after each change, and between the writes of one; the disk is then as it was. */
export async function cutsAroundChanges(name: UBootName, disk: string): Promise<void> {
  const loader = loaderOfBoard(name);
  const factory = await readCopies(name, disk);
  let state: LoaderState = factory;
  let before = 'a';
  for (const [change, starts] of changes) {
    const states = statesOf(loader, state, change);
    for (const [index, one] of states.entries()) {
      if (index === 0) continue;
      await writeCopies(name, disk, one as typeof factory);
      const wanted = (index === states.length - 1 ? starts : before).split(' ');
      assert.deepEqual(
        await startedSlots(disk, wanted.length, name),
        wanted,
        JSON.stringify(change),
      );
    }
    state = states.at(-1)!;
    before = starts.split(' ')[0]!;
  }
  await writeCopies(name, disk, factory);
}
