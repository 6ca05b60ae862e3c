import { sha256 } from '../../../src/shared/sha256.js';
import type { LoaderState } from '../../../src/boot-loader/loader-place.js';
import type { SlotChange } from '../../../src/boot-loader/slot-record.js';
import { copyOf, statesOf, uBoot } from '../../u-boot-copies.js';
import { mutateBytes, mutateText } from '../mutate.js';
import { judged, type FuzzTarget } from '../target.js';

const changes: SlotChange[] = [
  { do: 'disarm', slot: 'b' },
  { do: 'stage-try', slot: 'b', tries: 2 },
  { do: 'confirm', slot: 'b' },
  { do: 'rollback', slot: 'a' },
];
const text = 'slot=a altbootcmd=run_x upgrade-available=1 bootcount=1 lv-trial=a lv-previous=b';
const config = '/dev/mtd1 0x0 0x1000 0x10000\n/boot/uboot.env 0 4096\n';

/** An environment of U-Boot: what is taken says after each change what that makes of it, and a copy of it stays whole meanwhile. */
export const uBootTarget: FuzzTarget = {
  name: 'u-boot',
  prepare: () =>
    Promise.resolve((random) => {
      const copy = () => {
        // Half of them have a checksum that is right, or nothing behind it would be looked at.
        const flag = random.below(256);
        return random.once(2)
          ? mutateBytes(random, copyOf(text, flag))
          : copyOf(mutateText(random, text).slice(0, 3000), flag);
      };
      const state: LoaderState = { 'copy-1': copy(), 'copy-2': copy() };
      const loader = uBoot(
        random.once(2) ? {} : { environment: ['/dev/mtd1 0 4096', '/dev/mtd1 65536 4096'] },
      );
      const change = random.pick(changes);
      return judged(
        Buffer.concat([state['copy-1']!, state['copy-2']!]),
        () => {
          uBoot({ environment: [] }).places({ config: Buffer.from(mutateText(random, config)) });
          return { before: loader.read(state), states: statesOf(loader, state, change) };
        },
        ({ before, states }) => {
          const last = loader.read(states.at(-1)!);
          const known = [before, last].map((one) => sha256(JSON.stringify(one)));
          for (const one of states)
            if (!known.includes(sha256(JSON.stringify(loader.read(one)))))
              throw new Error('between two writes it is neither the old state nor the new one');
          if (loader.change(states.at(-1)!, change).length > 0)
            throw new Error('the same change once more writes something');
        },
      );
    }),
};
