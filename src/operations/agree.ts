import { exitStatus, LevitateError } from '../errors.js';
import type { Run } from '../progress.js';
import type { OverwritePlan } from './overwrite-plan.js';

/**
 * Asks a person whether to go on, before anything is overwritten.
 * @param plan what they agree to
 * @returns whether to go on
 */
export type Confirm = (plan: OverwritePlan) => Promise<boolean>;

/** The same question, with work that is done as soon as somebody has agreed; without a question it is done at once. */
export const thenDo =
  (confirm: Confirm | undefined, work: () => Promise<void>): Confirm =>
  async (plan) => {
    const agreed = confirm === undefined || (await confirm(plan));
    if (agreed) await work();
    return agreed;
  };

/**
 * Has somebody agree to what will be overwritten, where there is somebody to ask.
 * @throws LevitateError DECLINED; the reason of `signal`
 */
export async function agree(
  confirm: Confirm | undefined,
  planned: () => OverwritePlan,
  { signal }: Run,
): Promise<void> {
  if (!confirm) return;
  const plan = planned();
  const agreed = await confirm(plan);
  signal?.throwIfAborted();
  if (agreed) return;
  const { host, state, touched } = plan;
  throw new LevitateError('DECLINED', `nobody agreed to overwrite the flash of ${host}`, {
    hint:
      state === 'normal'
        ? 'Nothing on the device has changed.'
        : touched
          ? 'Nothing was written now. The device stays in maintenance, and the same command again carries on.'
          : `Nothing was written now. levitate leave ${host} takes the device back to its old system; left alone, it goes back by itself.`,
    ...(state === 'normal' ? {} : { exit: exitStatus.maintenance }),
  });
}
