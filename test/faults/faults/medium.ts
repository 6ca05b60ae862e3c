/** The medium fails. */
import type { Ended } from '../../e2e/lines.js';
import type { Fault } from '../fault.js';
import type { Defect } from '../medium.js';
import { promise, told, type Trial } from '../trial.js';

const sectors = (8 * 1024 * 1024) / 512;
const relax = ({ device }: Trial): Promise<void> => {
  device.proxy.throttle();
  return Promise.resolve();
};

/** The device gets a medium that is whole, with what was on the one before. */
async function replaceMedium({ device }: Trial): Promise<void> {
  await device.cut();
  await device.switchOn();
}

/** A medium that fails is named, and never passes as done. */
async function isNamed(trial: Trial, { exit, last }: Ended, on: Defect['on']): Promise<void> {
  const { device } = trial;
  const { kind } = await device.build();
  if (exit === 0) {
    promise(kind === 'new', `a ${names[on]} passes as done`);
    return;
  }
  promise(
    ['WRITE_FAILED', 'VERIFY_FAILED'].includes(String(last.code)),
    `a medium that fails is told as ${told({ exit, last, lines: [] })}`,
  );
  promise(
    /loop\d+|medium|rootfs|firmware|nand/.test(String(last.message)),
    `the medium is not named: ${last.message}`,
  );
  promise(device.system === 'maintenance', `the device is ${device.system}`);
}

const names: Record<Defect['on'], string> = {
  read: 'medium error on read',
  write: 'medium error on write',
  flush: 'medium error on flush',
  drop: 'medium drops a write',
};

/** UBI is told by its driver; what nothing tells shows when it is read back, and then the update of the volume has ended. */
const without = (on: Defect['on']): Pick<Fault, 'targets'> =>
  on === 'drop' ? { targets: ['disk', 'firmware'] } : {};

const failing = (on: Defect['on'], once: boolean): Fault => ({
  name: `${names[on]}${once ? ', once' : ''}`,
  stages: ['write'],
  ...without(on),
  medium: (random) => ({ defect: { on, once, sector: random.below(sectors) } }),
  strike: relax,
  after: (trial, ended) => isNamed(trial, ended, on),
  mend: replaceMedium,
});

export const medium: Fault[] = [
  failing('write', false),
  failing('write', true),
  failing('read', false),
  failing('read', true),
  failing('flush', false),
  failing('flush', true),
  failing('drop', false),
];
