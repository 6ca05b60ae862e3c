/** The device loses its power. */
import { everywhere, type Fault } from '../fault.js';
import { promise, type Trial } from '../trial.js';

export const power: Fault[] = [
  {
    name: 'power cut',
    stages: everywhere,
    strike: async (trial) => {
      await trial.device.cut();
      // An update of a volume that is cut leaves nothing, and is begun anew.
      const acknowledged = trial.target === 'volume' ? 0 : trial.acknowledged();
      const present = await trial.present();
      promise(
        // The first chunk is invalid while the others are written.
        present >= acknowledged - 1024 * 1024,
        `${acknowledged} bytes were told as written, and ${present} are on the disk`,
      );
      trial.command.signal('SIGKILL');
      await trial.device.switchOn();
    },
    after: oldOrNothing,
  },
];

/** A power cut before the first write leads to the old system, and one after the last to the new. */
async function oldOrNothing({ device, stage }: Trial): Promise<void> {
  const { kind } = await device.build();
  if (stage === 'prepare' || stage === 'compare')
    promise(kind !== 'new', 'the disk is new before anything was written');
  promise(
    device.system === (kind === 'invalid' ? 'off' : kind),
    `the disk is ${kind}, and the device ${device.system}`,
  );
  return Promise.resolve();
}
