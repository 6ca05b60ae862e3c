import { callFlasher } from '../../device/flasher.js';
import { readTarget } from '../../device/read-target.js';
import { replyOf } from '../../device/replies.js';
import { inform, inPhase, warn, type Run } from '../../progress.js';
import { poll } from '../../shared/poll.js';
import { sha256 } from '../../shared/sha256.js';
import { isCode } from '../../errors.js';
import { runCommandList } from '../device-commands.js';
import type { Work } from '../flash/work.js';
import { targetIn } from '../flash/targets.js';
import type { TargetImage } from '../prepare.js';
import type { Migrating } from './migrating.js';
import { newFiles, packFiles } from './new-files.js';

/**
 * Puts into the new system what its boot loader reads, and the network of the old one; what is on the medium is compared.
 * @throws LevitateError WRITE_FAILED, VERIFY_FAILED, CONNECTION_LOST, LEASE_LOST
 */
export const carryOver = (
  { maintenance, profile, migration, writing }: Migrating,
  [target, image]: TargetImage,
  run: Run,
): Promise<void> =>
  inPhase(
    run,
    'keep',
    async () => {
      const network = await maintenance.ask(run, (transport) =>
        transport.exec('cat /etc/levitate/network'),
      );
      const { files, lacking } = await newFiles(migration, profile.migrate, image, network.stdout);
      for (const why of lacking) warn(run, `The new system does not get all: ${why}.`);
      const archive = packFiles(files, Math.floor(Date.parse(migration.at) / 1000));
      const { args } = targetIn(profile, target);
      for (const verb of ['keep', 'kept'])
        await writing(({ token }, { transport }) =>
          callFlasher(transport, [verb, token, sha256(archive), '', ...args], { stdin: archive }),
        );
      inform(
        run,
        `The new system got ${Object.keys(files)
          .map((name) => `/${name}`)
          .join(', ')}.`,
      );
    },
    target,
  );

/**
 * Runs the commands that the profile has for now, with both systems mounted.
 * @throws LevitateError COMMAND_FAILED, WRITE_FAILED, CONNECTION_LOST, LEASE_LOST
 */
export async function runAfter(
  { maintenance, profile, migration, writing }: Migrating,
  run: Run,
): Promise<void> {
  const { into, after } = profile.migrate;
  if (after.length === 0) return;
  const { args } = targetIn(profile, into);
  const replies = await writing(({ token }, { transport }) =>
    callFlasher(transport, ['mount-both', token, migration.root, ...args]),
  );
  const both = replyOf(replies, 'mounted');
  const settings = {
    LEVITATE_HOST: migration.host,
    LEVITATE_PROFILE: profile.name,
    LEVITATE_FLASHED: into,
    LEVITATE_NEW_ROOT: both.new,
    LEVITATE_OLD_ROOT: both.old,
  };
  await runCommandList(maintenance.transport, { when: 'after', commands: after, settings }, run);
  await writing(({ token }, { transport }) => callFlasher(transport, ['unmount-both', token]));
}

/**
 * Makes the disk start the new system, once: the rest of its boot loader goes to sectors that nobody uses, and the first sector of the
 * disk is the switch.
 * @throws LevitateError WRITE_FAILED, CONNECTION_LOST, LEASE_LOST
 */
export const switchOver = ({ migration, writing }: Migrating, run: Run): Promise<void> =>
  inPhase(run, 'slots', async () => {
    const { disk, coreSector, core, newBoot } = migration;
    await putRange(writing, disk, coreSector * 512, Buffer.from(core, 'hex'));
    await putRange(writing, disk, 0, Buffer.from(newBoot, 'hex'));
  });

/**
 * Takes back, in maintenance, all that was written: the disk starts the old system, whose swap is swap again.
 * @throws LevitateError WRITE_FAILED, TARGET_IN_USE, CONNECTION_LOST, LEASE_LOST
 */
export const takeBackInMaintenance = (migrating: Migrating, run: Run): Promise<void> =>
  inPhase(run, 'slots', async () => {
    const { profile, migration, writing } = migrating;
    const { disk, node, into, oldBoot, front } = migration;
    await writing(({ token }, { transport }) => callFlasher(transport, ['unmount-both', token]));
    if ((await firstSector(migrating)) !== oldBoot)
      await putRange(writing, disk, 0, Buffer.from(oldBoot, 'hex'));
    await forget(writing, ['block', disk]);
    await whenFree(() => forget(writing, targetIn(profile, into).args));
    await whenFree(() => putRange(writing, node, 0, Buffer.from(front, 'hex')));
    await forget(writing, ['block', node]);
  });

/** What fills a file system ends soon after it was cut off, in seconds. */
const freeSeconds = 30;

/** Does work on a place as soon as nobody stands on it. */
async function whenFree(work: () => Promise<unknown>): Promise<void> {
  let held: unknown;
  const done = await poll(async () => {
    try {
      await work();
      return true;
    } catch (error) {
      if (!isCode(error, 'TARGET_IN_USE')) throw error;
      held = error;
      return undefined;
    }
  }, freeSeconds);
  if (!done) throw held;
}

async function firstSector({ migration, writing }: Migrating): Promise<string> {
  const pieces: Uint8Array[] = [];
  await writing((_, { transport }) => {
    pieces.length = 0;
    const words = ['block', migration.disk];
    return readTarget(transport, words, { from: 0, length: 512 }, (bytes) => pieces.push(bytes));
  });
  return Buffer.concat(pieces).toString('hex');
}

const forget = (writing: Work['writing'], args: string[]): Promise<unknown> =>
  writing(({ token }, { transport }) => callFlasher(transport, ['forget', token, ...args]));

const putRange = (
  writing: Work['writing'],
  node: string,
  offset: number,
  bytes: Buffer,
): Promise<unknown> =>
  writing(({ token }, { transport }) =>
    callFlasher(transport, ['range', token, offset, bytes.length, sha256(bytes), 'block', node], {
      stdin: bytes,
    }),
  );
