/** What holds after any fault, whatever it was. */
import { setTimeout as sleep } from 'node:timers/promises';
import { promise, told, type Trial } from './trial.js';
import type { Command } from '../e2e/command.js';
import type { Ended } from '../e2e/lines.js';

/** The disk: nothing starts that is half written, nothing behind the image has changed, and no build is lost before its time. */
export async function checkDisk({ device, stage }: Trial, when: string): Promise<void> {
  const { kind, behind } = await device.build();
  promise(kind !== 'mixed', `${when} something would start from a disk that is half written`);
  promise(!behind, `${when} what lies behind the image has changed`);
  if (stage === 'leave' || stage === 'confirm')
    promise(kind === 'new', `${when} what was read back is not on the disk any more: ${kind}`);
}

/** What levitate says at its end is so. */
export async function checkWords(trial: Trial, ended: Ended): Promise<void> {
  const { device } = trial;
  const { exit } = ended;
  await device.settled();
  const { kind } = await device.build();
  switch (exit) {
    case 0:
      promise(kind === 'new', `levitate says that it is done, and the disk is ${kind}`);
      break;
    case 2:
    case 3:
    case 4:
      promise(kind !== 'invalid', `levitate says ${told(ended)}, and nothing starts from the disk`);
      break;
    case 5:
      promise(
        device.system === 'maintenance',
        `levitate says ${told(ended)}, and the device is ${device.system}`,
      );
      break;
    case 6:
      break;
    default:
      // It was killed.
      promise(exit === undefined, `levitate ends with ${told(ended)}`);
  }
}

/** A fault that passes is no reason to fail: levitate carries on by itself. A device that cannot be reached at first is told. */
export async function checkPatience(trial: Trial, ended: Ended): Promise<void> {
  await checkWords(trial, ended);
  const isFirst = trial.stage === 'prepare' && ended.last.code === 'HOST_UNREACHABLE';
  promise(ended.exit === 0 || isFirst, `levitate does not carry on by itself: ${told(ended)}`);
}

/** What the flasher has noted is so: what it calls verified is on the disk, and what was written to is noted. */
export async function checkNotes({ device }: Trial): Promise<void> {
  if (device.system !== 'maintenance') return;
  const note = await device.note();
  const { kind } = await device.build();
  promise(
    note !== 'verified' || kind !== 'invalid',
    'the device calls verified what is half written',
  );
  promise(note !== '' || kind !== 'invalid', 'the device was written to, and has no note of it');
}

/** A device that is half written does not leave. */
export async function checkStays(trial: Trial): Promise<void> {
  const { device } = trial;
  if (device.system !== 'maintenance' || (await device.note()) !== 'touched') return;
  const ended = await untilAnswered(trial, () => trial.leave());
  promise(
    ended.exit !== 0 && device.system === 'maintenance',
    `a device that is half written leaves: ${told(ended)}`,
  );
}

/** Gives a command until the device answers: on a loaded machine a handshake may take longer than it is waited for. */
async function untilAnswered(trial: Trial, give: () => Command): Promise<Ended> {
  for (let attempt = 1; ; attempt += 1) {
    const ended = await trial.ended(give());
    if (ended.last.code !== 'HOST_UNREACHABLE' || attempt === 4) return ended;
  }
}

/** Waits for a device to be off that was told to leave. */
async function isLeaving({ device }: Trial): Promise<void> {
  if (!/"event":"leave"/.test(await device.run('flasher journal'))) return;
  const end = performance.now() + 60_000;
  while (device.system === 'maintenance' && performance.now() < end) await sleep(100);
}

/** The same command carries on to its end, and the device leaves into the new system. */
export async function checkCarriesOn(trial: Trial): Promise<void> {
  const { device } = trial;
  await isLeaving(trial);
  await device.settled();
  if (device.system !== 'new') {
    if (device.system !== 'maintenance') await device.enter();
    const again = await untilAnswered(trial, () => trial.flash());
    promise(again.exit === 0, `the same command does not carry on: ${told(again)}`);
    await checkWords(trial, again);
    promise((await device.note()) === 'verified', 'what was read back is not noted as verified');
    const left = await untilAnswered(trial, () => trial.leave());
    promise(left.exit === 0, `the device does not leave into the new system: ${told(left)}`);
  }
  await device.settled();
  promise((await device.build()).kind === 'new', 'the new build is not on the disk at the end');
  promise(device.system === 'new', `at the end the device is ${device.system}`);
}
