import { runScript } from '../../device/run-script.js';
import { LevitateError } from '../../errors.js';
import type { Profile } from '../../profile/profile.js';
import { inPhase, warn, type Run } from '../../progress.js';
import type { Transport } from '../../ssh/transport.js';
import { readBuild } from '../leave/confirm.js';
import { changeSlots, type KnownSlots } from './slot-state.js';

/** Leaves what the trial timer of a new slot looks for (initramfs/trial), in RAM where there is such a folder. */
const leaveMark = `for folder in /run /tmp; do
[ ! -d "$folder" ] || ! cat /proc/sys/kernel/random/boot_id >"$folder/levitate-confirmed" || exit 0
done
exit 1`;

/**
 * Confirms the slot that runs, from inside of it: its build is the one that is expected, and its boot loader starts it from now on.
 * @returns what is known then, and the build
 * @throws LevitateError NOT_CONFIRMED where it is another build; SLOT_CHANGED
 */
export const keepSlot = (
  running: Transport,
  known: KnownSlots,
  { host, confirm, expectBuild }: Pick<Profile, 'confirm'> & { host: string; expectBuild?: string },
  run: Run,
): Promise<{ known: KnownSlots; build?: string }> =>
  inPhase(run, 'slots', async () => {
    const { current } = known;
    const build = confirm.build && (await readBuild(running, confirm.build.read));
    const expected = expectBuild ?? confirm.build?.expect;
    if (expected !== undefined && build !== expected)
      throw new LevitateError(
        'NOT_CONFIRMED',
        `slot ${current} of ${host} runs build ${build ?? 'unknown'}, ${expected} was expected`,
        {
          hint: `It stays on trial, and was not confirmed. levitate rollback ${host} PROFILE leads back to slot ${known.record.stable}, and so does the trial timer.`,
          data: { build, expected, slot: current },
        },
      );
    const kept = await changeSlots(running, known, { do: 'confirm', slot: current });
    const { code } = await runScript(running, leaveMark, { timeoutMs: 60_000 });
    if (code !== 0)
      warn(
        run,
        'The trial timer could not be told that the slot is confirmed: it may reboot the device once more, into the same slot.',
      );
    return { known: kept, ...(build === undefined ? {} : { build }) };
  });
