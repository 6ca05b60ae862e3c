import type { BootLoader } from '../../boot-loader/loader.js';
import type { Facts } from '../../device/facts.js';
import { runScript } from '../../device/run-script.js';
import { exitStatus, LevitateError } from '../../errors.js';
import type { Profile } from '../../profile/profile.js';
import { helperPath } from '../../rootfs/plan.js';
import { readPackageFiles } from '../../shared/package-files.js';
import { quote } from '../../shared/shell-quote.js';
import type { Transport } from '../../ssh/transport.js';

/** How the kernel is told that the reboot leads to a trial. */
export interface TrialReboot {
  /** What it is told. */
  argument: string;
  /** The program on the device that tells it so, where no init system does. */
  helper: string;
}

const helper = 'levitate-restart';

/**
 * Puts what it takes to reboot into a trial into the RAM of a running system; nothing for a boot loader that needs no word with the
 * reboot.
 * @throws LevitateError SLOT_REFUSED where nothing on this device could pass that word on
 */
export async function prepareTrialReboot(
  running: Transport,
  { trialReboot: argument }: BootLoader,
  { init }: Pick<Facts, 'init'>,
  { arch }: Profile,
): Promise<TrialReboot | undefined> {
  if (argument === undefined) return undefined;
  if (init === 'systemd') return { argument, helper: '' };
  const own = (await readPackageFiles(arch)).helper;
  if (!own)
    throw new LevitateError(
      'SLOT_REFUSED',
      `the reboot into a trial needs levitate's helper for ${arch}, which is not compiled`,
      {
        hint: `npm run helper -- ${arch} in a checkout compiles it; a released levitate has it. Only systemd does without.`,
        exit: exitStatus.oldSystem,
      },
    );
  const script = `for folder in /run /tmp /dev/shm; do
    [ ! -d "$folder" ] || ! cat >"$folder/${helper}" || ! chmod 700 "$folder/${helper}" || { echo "$folder/${helper}"; exit; }
  done; exit 1`;
  const { stdout, code } = await running.exec(`sh -c ${quote(script)}`, { stdin: own.bytes });
  const path = stdout.trim();
  // A folder from which nothing may be executed is none for it: with no words it only tells how it is used.
  if (
    code === 0 &&
    (await runScript(running, `${quote(path)} 2>&1 | grep -q '^helper restart'`)).code === 0
  )
    return { argument, helper: path };
  throw new LevitateError('SLOT_REFUSED', 'the device runs no program out of its RAM', {
    hint: 'The reboot into a trial needs one: it takes a /run or /tmp that is not mounted noexec.',
    exit: exitStatus.oldSystem,
  });
}

/**
 * Has a maintenance system leave into a trial, for a boot loader that needs a word with the reboot.
 * @throws LevitateError SLOT_REFUSED where that system has no helper, which alone could pass it on
 */
export async function leaveIntoTrial(
  maintenance: Transport,
  { trialReboot }: BootLoader,
): Promise<void> {
  if (trialReboot === undefined) return;
  const note = `[ -x ${helperPath} ] && echo ${quote(trialReboot)} >/run/levitate/restart`;
  if ((await runScript(maintenance, note)).code === 0) return;
  throw new LevitateError(
    'SLOT_REFUSED',
    "the reboot into a trial needs levitate's helper, which the maintenance system has not",
    {
      hint: 'The slot was written, and is not tried. A released levitate has the helper for every architecture.',
    },
  );
}
