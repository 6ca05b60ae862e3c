import { Command } from 'commander';
import { complain, print } from './output.js';
import { addImage } from './commands/image.js';
import { addInventory } from './commands/inventory.js';
import { addPower } from './commands/power.js';
import { addRollout } from './commands/rollout.js';
import { addServe } from './commands/serve.js';
import { addStation } from './commands/station.js';

/** Assembles the commands of `levitate fleet`. */
export function createFleetProgram(): Command {
  const program = new Command('levitate fleet')
    .description(
      'Deploys to many devices: an inventory, rollouts in groups that stop by themselves, a report.',
    )
    .exitOverride()
    .configureOutput({
      writeOut: (text) => print(text.trimEnd()),
      writeErr: (text) => complain(text.trimEnd()),
      outputError: (text, write) => write(text.replace(/^error:/, 'USAGE:')),
    });
  addInventory(program);
  addRollout(program);
  addStation(program);
  addImage(program);

  addPower(program);

  addServe(program);
  return program;
}
