import { interruptible, type Connection } from '../../device/connect.js';
import { gatherFacts } from '../../device/gather-facts.js';
import { lookAtGround, putBytes } from '../../device/migrate-script.js';
import { forgetMigration, loadMigration } from '../../device/migration.js';
import { connectRoot } from '../../device/root-login.js';
import { LevitateError } from '../../errors.js';
import type { Migration } from '../../protocol/migration-file.js';
import { inPhase, type Run } from '../../progress.js';
import { secondsSince } from '../../shared/seconds-since.js';
import { attachIfThere } from '../enter/attach-already.js';
import { confirmSystem } from '../leave/confirm.js';
import { checkLocalMachine } from '../local-machine.js';
import { leaveMaintenance } from '../leave/leave.js';
import { reboot } from '../slots/reboot.js';
import { runningSession } from '../slots/running-session.js';
import type { MigrateResult } from './migrate.js';
import { migratingOf } from './migrating.js';
import { takeBackInMaintenance } from './in-maintenance.js';
import { takeBackInOldSystem } from './take-back.js';

/** The longest that the old system is waited for after a reboot, in seconds. */
const rebootSeconds = 900;

/**
 * Takes a migration back that was begun from this machine, wherever the device is: in maintenance, in its old system, or in the new one,
 * which it leaves for the old one.
 * @throws LevitateError MIGRATE_REFUSED where none was begun, or the device is not what it was; RECONNECT_TIMEOUT
 */
export async function undoMigration(connection: Connection, run: Run = {}): Promise<MigrateResult> {
  const started = performance.now();
  await checkLocalMachine('nothing');
  const { host } = connection;
  const migration = await loadMigration(host);
  if (!migration)
    throw new LevitateError(
      'MIGRATE_REFUSED',
      `no migration of ${host} was begun from this machine, or it was taken back already`,
      { hint: 'The machine that began it keeps how it is undone.' },
    );
  const maintenance = await attachIfThere(connection, run);
  if (maintenance) {
    await using there = maintenance;
    await takeBackInMaintenance(await migratingOf(there, migration, run), run);
    await there.lease?.release();
    there.lease = undefined;
    await leaveMaintenance(there, connection, run);
  } else {
    await leaveNewSystem(connection, migration, run);
    await takeBackInOldSystem(connection, migration, run);
  }
  await forgetMigration(host);
  return {
    host,
    steps: [],
    oldRoot: migration.root,
    newRoot: migration.node,
    undone: true,
    seconds: secondsSince(started),
  };
}

/** Reboots a device that runs its new system into the old one; what comes up is looked at later. */
async function leaveNewSystem(
  connection: Connection,
  { node, disk, oldBoot, newBoot }: Migration,
  run: Run,
): Promise<void> {
  const left = await (async () => {
    await using login = await connectRoot(connection, run);
    const running = interruptible(login, run.signal);
    const found = await lookAtGround(running, node, []);
    if (found.root !== node) return undefined;
    const facts = await inPhase(run, 'facts', () => gatherFacts(running));
    const session = await runningSession(connection, running, facts);
    if (found.disk.node === disk && found.boot.toString('hex') === newBoot)
      await putBytes(running, disk, 0, Buffer.from(oldBoot, 'hex'));
    await reboot(running, run);
    return { session, oldBootId: facts.bootId };
  })();
  if (!left) return;
  const confirm = { build: undefined, hostKey: 'same', timeoutSeconds: rebootSeconds } as const;
  await confirmSystem({ ...connection, ...left, confirm, isNew: true }, run);
}
