/** What has to hold of a boot loader with two slots: each function a cell of the table that `npm run e2e:boot` prints. */
import assert from 'node:assert/strict';
import type { SlotChange } from '../../src/boot-loader/slot-record.js';
import { gatherFacts } from '../../src/device/gather-facts.js';
import { reboot } from '../../src/operations/slots/reboot.js';
import { bootOf, changeSlots, knownSlots } from '../../src/operations/slots/slot-state.js';
import { prepareTrialReboot } from '../../src/operations/slots/trial-reboot.js';
import { loadProfile } from '../../src/profile/load.js';
import type { SlotVariant } from '../lab/build/slot-variants.js';
import type { Levitate } from './levitate.js';
import { began, wrote, type Line } from './lines.js';
import { slotsDevice, type SlotWords } from './slot-devices.js';

/** What `levitate slots` says of one. */
interface SlotLine {
  slot: string;
  runs: boolean;
  state: string;
}

/** The slot that runs, and what the boot loader makes of both, by `levitate slots`. */
export async function slotsOf(levitate: Levitate, profile: string) {
  const { exit, last } = await levitate.run('slots', [profile]);
  assert.equal(exit, 0, JSON.stringify(last));
  const slots = last['slots'] as SlotLine[];
  const states = Object.fromEntries(slots.map(({ slot, state }) => [slot, state]));
  return { runs: slots.find(({ runs }) => runs)!.slot, states };
}

const otherThan = (slot: string): string => (slot === 'a' ? 'b' : 'a');

/** The build that does not run, and its images. */
async function next({ device }: Levitate): Promise<{ images: SlotWords; build: string }> {
  const build = await device.sh('cat /etc/build-id');
  const version = build.endsWith('1') ? 'v2' : 'v1';
  const images = await slotsDevice(device.name).images(version);
  return { images, build: `${device.name} ${version.slice(1)}` };
}

/** A good update: the system goes on until one reboot, and the new slot is confirmed and starts from then on. */
export async function updates(levitate: Levitate, words: string[] = []): Promise<void> {
  const profile = await levitate.profile();
  const { device } = levitate;
  const before = await slotsOf(levitate, profile);
  const bootId = await device.bootId();
  const { images, build } = await next(levitate);
  const deploying = levitate.start('deploy', [
    ...[profile, ...images, '--expect-build', build],
    ...words,
  ]);
  if (words.length === 0) {
    await deploying.until(began('verify'));
    assert.equal(await device.bootId(), bootId);
    assert.equal(await device.sh(slotsDevice(device.name).alive), 'active');
  }
  const { exit, last } = await deploying.ended;
  assert.equal(exit, 0, JSON.stringify(last));
  const written = otherThan(before.runs);
  assert.deepEqual(last['slot'], { ran: before.runs, written, needed: true });
  assert.deepEqual(await slotsOf(levitate, profile), {
    runs: written,
    states: { [written]: 'starts', [before.runs]: 'previous' },
  });
  assert.equal(await device.sh('cat /etc/build-id'), build);
  assert.doesNotMatch(await device.sh('cat /proc/mounts'), /levitate/);
}

/** The same build once more: there is nothing to do. */
export async function needsNothing(levitate: Levitate): Promise<void> {
  const build = await levitate.device.sh('cat /etc/build-id');
  const images = await slotsDevice(levitate.device.name).images('v2');
  const words = [await levitate.profile(), ...images, '--expect-build', build];
  const { exit, last } = await levitate.run('deploy', words);
  assert.equal(exit, 0, JSON.stringify(last));
  assert.equal((last['slot'] as { needed: boolean }).needed, false);
}

/** A new slot that does not come up: the boot loader falls back, after a power cycle where the board stands, and the command says so. */
export async function fallsBack(levitate: Levitate, variant: SlotVariant): Promise<void> {
  const profile = await levitate.profile({ 'boot.tries': 1 });
  const before = await slotsOf(levitate, profile);
  const images = await slotsDevice(levitate.device.name).variant(variant, await levitate.folder());
  const from = (await levitate.device.console()).length;
  const deploying = levitate.start('deploy', [profile, ...images]);
  if (slotsDevice(levitate.device.name).stands?.includes(variant)) {
    await levitate.device.waitForConsole(/the board stands/, { from, timeoutMs: 3_600_000 });
    await levitate.device.cut();
    await levitate.device.start();
  }
  const { exit, last } = await deploying.ended;
  assert.equal(last.code, 'SLOT_FELL_BACK', JSON.stringify(last));
  assert.equal(exit, 4);
  const written = otherThan(before.runs);
  assert.deepEqual(await slotsOf(levitate, profile), {
    runs: before.runs,
    states: { [before.runs]: 'starts', [written]: 'failed' },
  });
  const { last: refused } = await levitate.run('rollback', [profile]);
  assert.equal(refused.code, 'SLOT_REFUSED', JSON.stringify(refused));
}

/** A power cut in the middle of the write: the slot that ran starts, and the command says so. */
export async function survivesCut(levitate: Levitate): Promise<void> {
  const { device } = levitate;
  const profile = await levitate.profile();
  const before = await slotsOf(levitate, profile);
  const { images } = await next(levitate);
  const deploying = levitate.start('deploy', [profile, ...images, '--full']);
  await deploying.until(wrote(4 << 20));
  await device.cut();
  await device.start();
  const { exit, last } = await deploying.ended;
  assert.equal(exit, 4, JSON.stringify(last));
  const written = otherThan(before.runs);
  assert.deepEqual(await slotsOf(levitate, profile), {
    runs: before.runs,
    states: { [before.runs]: 'starts', [written]: 'unfinished' },
  });
}

/** A deploy that is killed as the device reboots: the new slot is on trial, and is confirmed by a command of its own. */
export async function isConfirmedLater(levitate: Levitate): Promise<void> {
  const { device } = levitate;
  const profile = await levitate.profile();
  const before = await slotsOf(levitate, profile);
  const bootId = await device.bootId();
  const { images, build } = await next(levitate);
  const deploying = levitate.start('deploy', [profile, ...images]);
  const left = (line: Line) => line.phase === 'leave' && line.state === 'done';
  await deploying.until(left);
  deploying.signal('SIGKILL');
  await device.waitForSsh({ timeoutMs: 3_600_000, notBootId: bootId });
  const written = otherThan(before.runs);
  const trial = { [before.runs]: 'starts', [written]: 'trial' };
  assert.deepEqual(await slotsOf(levitate, profile), { runs: written, states: trial });
  const again = await levitate.run('deploy', [profile, ...images]);
  assert.equal(again.last.code, 'SLOT_REFUSED', JSON.stringify(again.last));
  const wrong = await levitate.run('confirm', [profile, '--expect-build', 'another']);
  assert.equal(wrong.last.code, 'NOT_CONFIRMED', JSON.stringify(wrong.last));
  assert.deepEqual((await slotsOf(levitate, profile)).states, trial);
  const right = await levitate.run('confirm', [profile, '--expect-build', build]);
  assert.equal(right.exit, 0, JSON.stringify(right.last));
  assert.deepEqual(await slotsOf(levitate, profile), {
    runs: written,
    states: { [written]: 'starts', [before.runs]: 'previous' },
  });
}

/** A rollback leads to the slot before. */
export async function rollsBack(levitate: Levitate): Promise<void> {
  const profile = await levitate.profile();
  const before = await slotsOf(levitate, profile);
  const { exit, last } = await levitate.run('rollback', [profile]);
  assert.equal(exit, 0, JSON.stringify(last));
  assert.deepEqual(await slotsOf(levitate, profile), {
    runs: otherThan(before.runs),
    states: { [otherThan(before.runs)]: 'starts', [before.runs]: 'previous' },
  });
}

/** A new slot that lacks what its boot loader reads from a partition of its own: it is refused, and is not tried. */
export async function refusesWithoutKernel(levitate: Levitate): Promise<void> {
  const profile = await levitate.profile();
  const before = await slotsOf(levitate, profile);
  const images = await slotsDevice(levitate.device.name).variant(
    'no-kernel',
    await levitate.folder(),
  );
  const { exit, last } = await levitate.run('deploy', [profile, ...images]);
  assert.equal(last.code, 'SLOT_REFUSED', JSON.stringify(last));
  assert.equal(exit, 4);
  assert.deepEqual(await slotsOf(levitate, profile), {
    runs: before.runs,
    states: { [before.runs]: 'starts', [otherThan(before.runs)]: 'unfinished' },
  });
}

/** Power cuts while the new slot runs on trial, before anybody confirms it: as long as tries are left it starts again, then the old one. */
export async function survivesCutOnTrial(levitate: Levitate): Promise<void> {
  const { device } = levitate;
  const profile = await levitate.profile();
  const before = await slotsOf(levitate, profile);
  const { images } = await next(levitate);
  const from = (await device.console()).length;
  const deploying = levitate.start('deploy', [profile, ...images]);
  await deploying.until((line: Line) => line.phase === 'leave' && line.state === 'done');
  deploying.signal('SIGKILL');
  const written = otherThan(before.runs);
  // GRUB and U-Boot say it, the firmware of a Raspberry Pi, or the kernel that UEFI or its boot loader has started.
  const started = new RegExp(`Starting slot ${written}|tryboot 1|levitate\\.slot=${written}`);
  await device.waitForConsole(started, { timeoutMs: 3_600_000, from });
  for (let cuts = 0; ; cuts += 1) {
    assert.ok(cuts < 4, 'the boot loader does not fall back');
    await device.cut();
    await device.start();
    const { runs, states } = await slotsOf(levitate, profile);
    if (runs === written) continue;
    assert.deepEqual(states, { [before.runs]: 'starts', [written]: 'failed' });
    return;
  }
}

/**
 * A power cut before and after each change of what the boot loader goes by. The slot that does not run must hold a system that starts,
 * as it does on a device as delivered.
 */
export async function survivesCutsAtChanges(levitate: Levitate): Promise<void> {
  const { device } = levitate;
  const profile = await loadProfile(await levitate.profile());
  const boot = bootOf(profile);
  const known = () => levitate.over((transport) => knownSlots(transport, boot));
  const change = (one: SlotChange) =>
    levitate.over(async (transport) => {
      await changeSlots(transport, await knownSlots(transport, boot), one);
    });
  const ran = (await known()).current;
  const other = otherThan(ran);
  const stage: SlotChange = { do: 'stage-try', slot: other, tries: 1 };
  const runsAfterCut = async (slot: string, what: string) => {
    await device.cut();
    await device.start();
    assert.equal((await known()).current, slot, `a cut ${what} leads to another slot`);
  };
  const tryIt = async () => {
    const bootId = await device.bootId();
    await levitate.over(async (transport) => {
      const { loader } = await knownSlots(transport, boot);
      const facts = await gatherFacts(transport);
      await reboot(transport, {}, await prepareTrialReboot(transport, loader, facts, profile));
    });
    await device.waitForSsh({ timeoutMs: 3_600_000, notBootId: bootId });
    assert.equal((await known()).current, other);
  };
  await runsAfterCut(ran, 'before anything was changed');
  await change({ do: 'disarm', slot: other });
  await runsAfterCut(ran, 'after the slot was disarmed');
  await change(stage);
  if (slotsDevice(device.name).forgetsTrial)
    await runsAfterCut(ran, 'that took back the order to try the slot');
  else {
    await runsAfterCut(other, 'after the slot was staged');
    await runsAfterCut(ran, 'in the trial');
  }
  assert.deepEqual((await known()).record.trial, { slot: other, left: 0 });
  await change(stage);
  await tryIt();
  await change({ do: 'confirm', slot: other });
  await runsAfterCut(other, 'after the slot was confirmed');
  await change({ do: 'rollback', slot: ran });
  await runsAfterCut(ran, 'after a rollback');
  assert.equal((await known()).record.previous, other);
}
