import { expect, test } from 'vitest';
import { loaderOf } from '../../../../src/boot-loader/loaders.js';
import { warnOfSlot } from '../../../../src/operations/slots/warn-of-slot.js';
import type { BootSpec } from '../../../../src/profile/profile.js';
import { telling } from '../../device/telling.js';

const boot: BootSpec = {
  ...{ loader: 'u-boot-env', environment: [] },
  slots: { a: { root: '/dev/a', targets: {} }, b: { root: '/dev/b', targets: {} } },
  ...{ tries: 2, confirmWithinSeconds: 600 },
};

/** What is warned of a slot, where a device says this of each file. */
async function warnings(told: string, environment: BootSpec['environment']): Promise<string[]> {
  const spec = { ...boot, environment };
  const config = Buffer.from('/dev/mmcblk0 0x0 0x1000\n');
  const places = loaderOf(spec).places(environment.length > 0 ? {} : { config });
  const reading = { slots: [], started: undefined, places, state: {} };
  const notes: string[] = [];
  await warnOfSlot(telling(told), { boot: spec, reading }, 'b', {
    onProgress: (event) => void (event.type === 'note' && notes.push(event.message)),
  });
  return notes;
}

test('a slot without what its trial needs is told of', async () => {
  expect(await warnings('slot-file=no', [])).toEqual([
    expect.stringMatching(/^Slot b has no trial timer/),
    expect.stringMatching(/^Slot b has no \/etc\/fw_env\.config/),
  ]);
});

test('nobody needs a configuration in the slot where the profile says where the environment lies', async () => {
  expect(await warnings('slot-file=no', ['/dev/mmcblk0 0x0 0x1000'])).toEqual([
    expect.stringMatching(/^Slot b has no trial timer/),
  ]);
});

test.each(['slot-file=yes', 'slot-refusal=BOOT_LOADER_UNKNOWN /dev/b cannot be mounted'])(
  'a slot that has it, or cannot be looked into, is nothing to warn of: %s',
  async (told) => {
    expect(await warnings(told, [])).toEqual([]);
  },
);
