import { expect, test } from 'vitest';
import type { BootLoader } from '../../../../src/boot-loader/loader.js';
import { prepareTrialReboot } from '../../../../src/operations/slots/trial-reboot.js';
import type { Profile } from '../../../../src/profile/profile.js';
import type { Transport } from '../../../../src/ssh/transport.js';

/** A device of which nothing may be asked. */
const silent = {
  exec: () => Promise.reject(new Error('the device was asked')),
} as unknown as Transport;
const loader = (trialReboot?: string) =>
  ({ ...(trialReboot === undefined ? {} : { trialReboot }) }) as BootLoader;
const profile = { arch: 'riscv64' } as Profile;

test('only a boot loader that needs a word with the reboot takes anything for it', async () => {
  expect(await prepareTrialReboot(silent, loader(), { init: 'busybox' }, profile)).toBeUndefined();
});

test('systemd passes the word on by itself', async () => {
  const restart = await prepareTrialReboot(
    silent,
    loader('0 tryboot'),
    { init: 'systemd' },
    profile,
  );
  expect(restart).toEqual({ argument: '0 tryboot', helper: '' });
});

test('another init system needs the helper, and without one nothing is done', async () => {
  const asked = prepareTrialReboot(silent, loader('0 tryboot'), { init: 'busybox' }, profile);
  await expect(asked).rejects.toThrow(/helper for riscv64/);
  await expect(asked).rejects.toMatchObject({ code: 'SLOT_REFUSED' });
});
