import { interruptible, type Connection } from '../../device/connect.js';
import { lookAtGround, putBytes } from '../../device/migrate-script.js';
import { connectRoot } from '../../device/root-login.js';
import { LevitateError } from '../../errors.js';
import type { Migration } from '../../protocol/migration-file.js';
import { inPhase, type Run } from '../../progress.js';

/**
 * Takes a migration back in the running old system: the disk starts it directly, and its swap is swap again, which the next boot uses.
 * @throws LevitateError MIGRATE_REFUSED where another system runs, or the disk is another one; WRITE_FAILED
 */
export async function takeBackInOldSystem(
  connection: Connection,
  migration: Migration,
  run: Run,
): Promise<void> {
  await using login = await connectRoot(connection, run);
  const running = interruptible(login, run.signal);
  const { node, disk, root, oldBoot, newBoot, front } = migration;
  await inPhase(run, 'slots', async () => {
    const found = await lookAtGround(running, node, []);
    const boot = found.boot.toString('hex');
    if (found.root !== root || found.disk.node !== disk || ![oldBoot, newBoot].includes(boot))
      throw new LevitateError(
        'MIGRATE_REFUSED',
        `${connection.host} does not run the system that was on ${root} when its migration was begun, or ${disk} has got another boot loader since`,
        { hint: 'Nothing was changed.' },
      );
    if (boot !== oldBoot) await putBytes(running, disk, 0, Buffer.from(oldBoot, 'hex'));
    if (found.front.toString('hex') !== front)
      await putBytes(running, node, 0, Buffer.from(front, 'hex'));
  });
}
