import type { ArchiveInfo } from '../../archive/read.js';
import { interruptible, type Connection } from '../../device/connect.js';
import { connectRoot, type Login } from '../../device/root-login.js';
import type { Facts } from '../../device/facts.js';
import { gatherFacts } from '../../device/gather-facts.js';
import {
  archiveName,
  carried,
  installFolder,
  lastLineOf,
  stageOf,
  unstage,
} from '../../device/hook.js';
import { rootCheck } from '../../device/preflight.js';
import { exitStatus, isCode, LevitateError } from '../../errors.js';
import { inPhase, type Run } from '../../progress.js';
import type { Transport } from '../../ssh/transport.js';
import { inShell } from '../../shared/shell-quote.js';
import { stoppable } from '../interrupt.js';
import { whereCut } from '../where-cut.js';
import type { PackedParts } from './parts.js';

/**
 * Installs onto a running device: all of it, or nothing.
 * @param complete makes the archive anew for a device that needs more; gives nothing where it does not
 * @returns what was installed, and whether anything changed; nothing did where the same archive was there already
 * @throws LevitateError NOT_ROOT, PREFLIGHT_REFUSED, REMOTE_FAILED, INTERRUPTED, and what `complete` and connecting throw
 */
export const ontoDevice = (
  place: Connection,
  packed: PackedParts,
  complete: (facts: Facts) => Promise<PackedParts | undefined>,
  run: Run,
): Promise<{ changed: boolean; info: ArchiveInfo }> =>
  onDevice(place, installing, run, async (device) => {
    const facts = await gatherFacts(interruptible(device, run.signal));
    const root = rootCheck(facts, device.notRoot);
    if (root.verdict === 'refusal') {
      throw new LevitateError('NOT_ROOT', `${place.host}: ${root.found}`, {
        hint: root.advice ?? '',
      });
    }
    if (facts.state === 'maintenance') {
      throw new LevitateError('PREFLIGHT_REFUSED', `${place.host} is in maintenance`, {
        hint: `Leave first: levitate leave ${place.host}.`,
      });
    }
    const whole = (await complete(facts)) ?? packed;
    const { info } = whole;
    if (facts.installed?.sha256 === info.sha256) return { changed: false, info };
    await inPhase(run, 'install', () => put(device, whole, run));
    return { changed: true, info };
  });

async function put(device: Transport, { parts, info }: PackedParts, run: Run): Promise<void> {
  const transport = interruptible(device, run.signal);
  const fresh = `${installFolder}.new`;
  let exchanging = false;
  try {
    await runCommand(transport, installing, `rm -rf ${fresh} && mkdir -p ${fresh}`);
    for (const [name, { bytes, mode }] of Object.entries(parts)) {
      await runCommand(
        transport,
        installing,
        `cat >${fresh}/${name} && chmod ${mode.toString(8)} ${fresh}/${name}`,
        bytes,
      );
    }
    const check = `echo '${info.sha256}  ${fresh}/${archiveName(carried(info.profile.archive.compression))}' | ${fresh}/busybox sha256sum -c -s`;
    run.signal?.throwIfAborted();
    exchanging = true;
    await runCommand(
      device,
      installing,
      `sync && ${check} && rm -rf ${installFolder} && mv ${fresh} ${installFolder} && sync`,
    );
  } catch (error) {
    // The exchange may go on without this machine, and must find all of the new archive; the next installation takes away what
    // it leaves.
    if (!exchanging || isCode(error, 'REMOTE_FAILED'))
      await device.exec(`rm -rf ${fresh}`).catch(() => undefined);
    throw error;
  }
}

/**
 * Removes an installation from a running device, and whatever is staged or armed there.
 * @returns whether anything was there
 * @throws LevitateError REMOTE_FAILED, INTERRUPTED, and what connecting throws
 */
export const offDevice = (place: Connection, run: Run): Promise<boolean> =>
  onDevice(place, removing, run, async (device) => {
    const transport = interruptible(device, run.signal);
    const facts = await gatherFacts(transport);
    if (facts.armed || facts.staged) await unstage(transport, stageOf(facts));
    if (!facts.installed) return facts.armed || facts.staged;
    await runCommand(transport, removing, `rm -rf ${installFolder} && sync`);
    return true;
  });

/** What is done to an installation, for the messages of its failure and its interruption. */
interface Doing {
  failed: string;
  message: string;
  hint: string;
}

const installing: Doing = {
  failed: 'installing failed on the device',
  message: 'interrupted; the archive is installed whole, or not at all',
  hint: 'Is its root file system writable, with room for the archive? levitate enter HOST PROFILE needs no installation.',
};

const removing: Doing = {
  failed: 'removing the archive failed on the device',
  message: 'interrupted; a part of the archive may still be there',
  hint: 'Is its root file system writable?',
};

const carryOn = 'The same command again carries on.';

const onDevice = <T>(
  place: Connection,
  { message }: Doing,
  run: Run,
  work: (device: Login) => Promise<T>,
): Promise<T> =>
  stoppable(run.signal, { message, hint: carryOn }, () =>
    whereCut(exitStatus.oldSystem, carryOn, async () => {
      await using running = await connectRoot(place, run);
      return await work(running);
    }),
  );

async function runCommand(
  transport: Transport,
  { failed, hint }: Doing,
  command: string,
  stdin?: Uint8Array,
): Promise<void> {
  const result = await transport.exec(inShell(command), stdin === undefined ? {} : { stdin });
  if (result.code === 0) return;
  throw new LevitateError('REMOTE_FAILED', `${failed}: ${lastLineOf(result.stderr)}`, { hint });
}
