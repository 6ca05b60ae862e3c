import type { LoaderState } from '../../../src/boot-loader/loader-place.js';
import { loaderOf } from '../../../src/boot-loader/loaders.js';
import type { BootLoader } from '../../../src/boot-loader/loader.js';
import { afterWrite } from '../../../src/boot-loader/loader-place.js';
import { bootEntry } from '../../boot-entry.js';
import { mutateBytes } from '../mutate.js';
import type { Random } from '../random.js';
import { judged, type FuzzTarget } from '../target.js';

const starts = (slot: string) => ({ starts: { file: `/${slot}/vmlinuz`, options: 'quiet' } });
const slots = { a: starts('a'), b: starts('b') };
const efi = loaderOf({ loader: 'efi', environment: [], slots });
const systemdBoot = loaderOf({
  loader: 'systemd-boot',
  environment: [{ device: '/dev/x', file: '/loader/entries' }],
  slots,
});

const variables: LoaderState = {
  order: Buffer.from([7, 0, 0, 0, 1, 0, 2, 0, 3, 0]),
  next: Buffer.from([7, 0, 0, 0, 2, 0]),
  current: Buffer.from([6, 0, 0, 0, 1, 0]),
  numbers: Buffer.from('0001\n0002\n0003\n'),
  Boot0001: bootEntry('a', '\\a\\vmlinuz', 'quiet'),
  Boot0002: bootEntry('b', '\\b\\vmlinuz', 'quiet levitate.trial'),
  Boot0003: bootEntry('PXE', undefined, ''),
};

const names: LoaderState = {
  names: Buffer.from('debian.conf\nlevitate-2-a.conf\nlevitate-3-b+1-1.conf\n'),
  conf: Buffer.from('timeout 3\ndefault levitate-*\n'),
  selected: Buffer.from([6, 0, 0, 0, ...Buffer.from('levitate-2-a.conf\0', 'utf16le')]),
};

/** Variables of UEFI, of which any may be what its firmware or somebody else has made of them. */
export const efiTarget: FuzzTarget = slotTarget('efi', efi, variables);

/** Names of entries, the configuration and the variables of systemd-boot. */
export const systemdBootTarget: FuzzTarget = slotTarget('systemd-boot', systemdBoot, names);

/** What a boot loader goes by: what is taken says the same after a change that was made before. */
function slotTarget(name: string, loader: BootLoader, whole: LoaderState): FuzzTarget {
  return {
    name,
    prepare: () =>
      Promise.resolve((random) => {
        const state = mutated(random, whole);
        const input = Buffer.concat(Object.values(state).map((bytes) => bytes ?? Buffer.alloc(0)));
        return judged(
          input,
          () => {
            loader.started?.(state);
            loader.places(state);
            return { state, stable: loader.read(state).stable };
          },
          ({ state: read, stable }) => {
            const once = loader
              .change(read, { do: 'rollback', slot: stable })
              .reduce(afterWrite, read);
            if (loader.read(once).stable !== stable) throw new Error('another slot starts');
          },
        );
      }),
  };
}

function mutated(random: Random, whole: LoaderState): LoaderState {
  const changed = random.pick(Object.keys(whole));
  return { ...whole, [changed]: mutateBytes(random, whole[changed]!) };
}
