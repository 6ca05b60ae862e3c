import type { Command } from 'commander';
import { FleetError } from '../../errors.js';
import { switchDevices, type PowerResult } from '../../operations/power.js';
import type { PowerAction } from '../../power/steps.js';
import { addDatabaseCommand, addGroup, withJson, withStore } from '../command.js';
import type { DatabaseOptions } from '../command.js';
import { complain, print, printJson } from '../output.js';

interface Flags extends DatabaseOptions {
  force?: boolean;
  json?: boolean;
}

const done: Record<PowerAction, string> = {
  on: 'is on',
  off: 'is off',
  cycle: 'was off, and is on',
};

/** Adds `power on`, `power off` and `power cycle`. */
export function addPower(program: Command): void {
  const group = addGroup(program, 'power', 'switch devices on and off');
  const about = {
    on: 'switch devices on',
    off: 'switch devices off',
    cycle: 'switch devices off, and on again after a while',
  };
  for (const action of ['on', 'off', 'cycle'] as const)
    withJson(addDatabaseCommand(group, action, about[action]))
      .argument('<DEVICE...>', 'their names')
      .option(
        '--force',
        'switch a device as well that a rollout writes to, or has left half-written',
      )
      .action(async (names: string[], flags: Flags) => {
        const stop = holdSignals(action);
        try {
          await run(action, names, flags);
        } finally {
          stop();
        }
      });
}

async function run(action: PowerAction, names: string[], flags: Flags): Promise<void> {
  const tell = ({ name, failure }: PowerResult) => {
    if (flags.json) return;
    if (failure) complain(`${name}: ${failure.message}`);
    else print(`${name} ${done[action]}`);
  };
  const results = await withStore(flags, (store) =>
    switchDevices(store, { names, action, force: flags.force ?? false, onResult: tell }),
  );
  if (flags.json) printJson(results);
  const failed = results.filter(({ failure }) => failure);
  if (failed.length > 0)
    throw new FleetError(
      'POWER_FAILED',
      `not as it should be: ${failed.map(({ name }) => name).join(', ')}`,
    );
}

/** Lets a cycle end that was begun: a device that is off would stay so. */
function holdSignals(action: PowerAction): () => void {
  let asked = false;
  const onSignal = () => {
    if (asked || action !== 'cycle') process.exit(130);
    asked = true;
    complain('What is off is switched on first; once more to end at once.');
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return () => process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
}
